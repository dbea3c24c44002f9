import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { type Account, apiVersion, createId } from './account.ts';
import { advance } from './billing/subscription.lifecycle.ts';
import { handleRequest } from './server.ts';
import { openStore, type State } from './store.ts';
import { startWebhooks } from './webhooks.ts';

export interface StripeStandInOptions {
  /** 0 takes a free port. Only the loopback interface is served. */
  readonly port: number;
  /** Where the state is kept over a restart; without it the state lives as long as the process. */
  readonly dataFile?: string;
  /** Receives every event; null sends none. */
  readonly webhookUrl: string | null;
  readonly webhookSecret: string;
  /** The clock of the account; billing follows it. */
  readonly now?: () => Date;
  readonly firstRetryMs?: number;
}

export interface StripeStandIn {
  /** What STRIPE_API_BASE is set to; in a browser it shows the front page. */
  readonly url: string;
  /** Does what is due by the clock now, as it does by itself every second. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a local Stripe: its REST API, hosted pages for paying, and signed webhooks. */
export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  const { state, save } = await openStore(options.dataFile);
  const now = options.now ?? (() => new Date());
  const saveSoon = () => {
    save().catch((error: unknown) =>
      process.stderr.write(`stripe stand-in: state not saved: ${String(error)}\n`),
    );
  };
  const webhooks = startWebhooks(state, {
    url: options.webhookUrl,
    secret: options.webhookSecret,
    firstRetryMs: options.firstRetryMs ?? 500,
    changed: saveSoon,
  });

  const server = createServer((request, response) => {
    void handleRequest({ account, webhooks, save }, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = createAccount(state, url, now);

  const tick = async () => {
    const eventsBefore = Object.keys(state.events).length;
    advance(account);
    if (Object.keys(state.events).length === eventsBefore) return;
    webhooks.wake();
    await save();
  };
  const timer = setInterval(() => void tick(), 1000);
  webhooks.wake();

  const stop = async () => {
    clearInterval(timer);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await webhooks.stop();
    await save();
  };
  return { url, tick, stop };
}

function createAccount(state: State, url: string, clock: () => Date): Account {
  const now = () => Math.floor(clock().getTime() / 1000);
  const emit: Account['emit'] = (type, object) => {
    const event = {
      id: createId('evt'),
      object: 'event',
      api_version: apiVersion,
      created: now(),
      data: { object: JSON.parse(JSON.stringify(object)) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    } as Stripe.Event;
    state.events[event.id] = event;
    state.deliveries[event.id] = {
      attempts: 0,
      nextAttemptAt: Date.now(),
      deliveredAt: null,
      lastProblem: null,
    };
  };
  return { state, url, now, emit };
}
