import Stripe from 'stripe';
import type { State } from './store.ts';

const timeoutMs = 10_000;
const parallel = 4;
const maxAgeMs = 3 * 86_400_000;

export interface WebhookOptions {
  readonly url: string | null;
  readonly secret: string;
  /** The pause after the first failed attempt; it doubles with each further one, up to a minute. */
  readonly firstRetryMs: number;
  /** Called when a delivery has changed the state. */
  readonly changed: () => void;
}

export interface Webhooks {
  /** Sends what is due now, and keeps trying the rest. */
  wake(): void;
  /** Sends an event again, as the button on the front page asks. */
  resend(eventId: string): void;
  stop(): Promise<void>;
}

const stripe = new Stripe('sk_test_stand_in');

/**
 * Delivers events with Stripe's signature scheme until each has had a 2xx answer (for at most three days).
 * Several go out side by side, so the receiver can not count on any order.
 */
export function startWebhooks(state: State, options: WebhookOptions): Webhooks {
  const inFlight = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const wake = () => {
    clearTimeout(timer);
    if (!options.url || stopping.signal.aborted) return;
    const now = Date.now();
    const waiting = Object.entries(state.deliveries).flatMap(([id, { nextAttemptAt }]) =>
      nextAttemptAt === null || inFlight.has(id) ? [] : [{ id, at: nextAttemptAt }],
    );
    const due = waiting.filter(({ at }) => at <= now).slice(0, Math.max(0, parallel - inFlight.size));
    for (const { id } of due) start(id, options.url);
    const next = Math.min(...waiting.filter(({ at }) => at > now).map(({ at }) => at));
    if (Number.isFinite(next)) timer = setTimeout(wake, next - now);
  };

  const start = (id: string, url: string) => {
    const sending = deliver(state, id, { ...options, url, signal: stopping.signal }).finally(() => {
      inFlight.delete(id);
      options.changed();
      wake();
    });
    inFlight.set(id, sending);
  };

  const resend = (eventId: string) => {
    const delivery = state.deliveries[eventId];
    if (!delivery) return;
    delivery.nextAttemptAt = Date.now();
    wake();
  };

  const stop = async () => {
    clearTimeout(timer);
    stopping.abort();
    await Promise.all(inFlight.values());
  };
  return { wake, resend, stop };
}

interface Target {
  readonly url: string;
  readonly secret: string;
  readonly firstRetryMs: number;
  readonly signal: AbortSignal;
}

async function deliver(state: State, id: string, target: Target): Promise<void> {
  const event = state.events[id];
  const delivery = state.deliveries[id];
  if (!event || !delivery) return;

  const problem = await post(JSON.stringify(event), target);
  if (target.signal.aborted && problem !== null) return;
  delivery.attempts += 1;
  delivery.lastProblem = problem;
  if (problem === null) {
    delivery.deliveredAt = Date.now();
    delivery.nextAttemptAt = null;
    event.pending_webhooks = 0;
    return;
  }
  const pause = Math.min(target.firstRetryMs * 2 ** (delivery.attempts - 1), 60_000);
  const tooOld = Date.now() - event.created * 1000 > maxAgeMs;
  delivery.nextAttemptAt = tooOld ? null : Date.now() + pause;
}

/** What went wrong, or null when the receiver answered 2xx. */
async function post(payload: string, { url, secret, signal }: Target): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret }),
        'user-agent': 'Stripe/1.0 (StudyMate stand-in)',
      },
      body: payload,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
