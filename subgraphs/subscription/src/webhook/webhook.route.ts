import {
  counter,
  type HttpRequest,
  type HttpResponse,
  histogram,
  json,
  type Logger,
} from '@studymate/runtime';
import type { Context } from '../context.ts';
import { verifyEvent } from './signature.ts';
import { receiveProviderEvent } from './webhook.service.ts';

const received = counter({
  name: 'billing_webhooks_total',
  help: 'Webhooks of Stripe by type and outcome.',
  labels: ['type', 'outcome'],
});
const lag = histogram({
  name: 'billing_webhook_lag_seconds',
  help: 'Time from an event at Stripe to its effect here.',
  buckets: [0.1, 0.5, 1, 5, 30, 60, 300, 3600],
});

export interface WebhookOptions {
  readonly secrets: readonly string[];
  readonly createContext: () => Context;
  readonly logger: Logger;
}

/** `POST /webhooks/stripe`: 400 for what Stripe did not sign, 200 once the event has had its effect, else 500. */
export const webhookRoute =
  ({ secrets, createContext, logger }: WebhookOptions) =>
  async ({ body, headers }: HttpRequest): Promise<HttpResponse> => {
    const header = headers['stripe-signature'];
    const event = verifyEvent(body, Array.isArray(header) ? header[0] : header, { secrets, now: new Date() });
    if (!event) return json(400, { error: 'The signature does not fit.' });
    const { id, type, created } = event;
    try {
      const outcome = await receiveProviderEvent(createContext(), event);
      // The type is only a label once we know it: others may sign whatever they like.
      received.inc({ type: outcome === 'ignored' ? 'other' : type, outcome });
      lag.observe(Math.max(0, Date.now() / 1000 - created));
      if (outcome === 'foreign') logger.warn({ event: id, type }, 'webhook about an object that is not ours');
      return json(200, { received: true, outcome });
    } catch (error) {
      received.inc({ type, outcome: 'failed' });
      logger.error({ err: error, event: id, type }, 'webhook not handled; Stripe sends it again');
      return json(500, { error: 'Not handled; send it again.' });
    }
  };
