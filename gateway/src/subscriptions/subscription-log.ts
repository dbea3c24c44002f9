import { counter, gauge, type Logger } from '@studymate/runtime';
import type { RequestScope } from '../execution/scope.ts';
import { createLabelValues } from '../plugins/label-values.ts';

/** How a client is connected. */
export type LiveProtocol = 'websocket' | 'event-stream' | 'multipart';

export interface OpenedSubscription {
  readonly operationName: string | null;
  readonly clientName: string | null;
  readonly protocol: LiveProtocol;
  readonly scope: RequestScope;
}

/** An open subscription, as metrics and log tell of it. */
export interface LoggedSubscription {
  delivered(): void;
  ended(): void;
}

const maxOperations = 200;

/** Counts what is open and what is delivered, and writes one line of each subscription when it ends. */
export function createSubscriptionLog(
  logger: Logger,
): (subscription: OpenedSubscription) => LoggedSubscription {
  const operations = createLabelValues(maxOperations);
  const open = gauge({
    name: 'gateway_subscriptions',
    help: 'Subscriptions that are open.',
    labels: ['operation', 'client', 'client_version', 'protocol'],
  });
  const events = counter({
    name: 'gateway_subscription_events_total',
    help: 'Events delivered to subscribers.',
    labels: ['operation', 'client', 'client_version', 'protocol'],
  });
  return ({ operationName, clientName, protocol, scope }) => {
    const startedAt = performance.now();
    const labelled = { operation: operations(operationName), ...scope.client, protocol };
    let delivered = 0;
    open.inc(labelled);
    return {
      delivered: () => {
        delivered += 1;
        events.inc(labelled);
      },
      ended: () => {
        open.dec(labelled);
        logger.info(
          {
            request_id: scope.requestId,
            operationName,
            clientName,
            user_id: scope.viewer?.id ?? null,
            protocol,
            events: delivered,
            durationMs: Math.round(performance.now() - startedAt),
          },
          'subscription ended',
        );
      },
    };
  };
}
