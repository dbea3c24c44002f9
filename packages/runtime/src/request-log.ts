import { AsyncLocalStorage } from 'node:async_hooks';
import { trace } from '@opentelemetry/api';

/** For whom work is done: the request that it serves or was caused by, and its learner. */
export interface ServedRequest {
  readonly requestId: string | null;
  readonly userId: string | null;
}

const served = new AsyncLocalStorage<ServedRequest>();

/** Has every line that is logged while `act` goes on tell for which request and learner it is. */
export const logForRequest = <T>(request: ServedRequest, act: () => T): T => served.run(request, act);

/** The request that is served now, or null. */
export const currentRequestId = (): string | null => served.getStore()?.requestId ?? null;

/** The trace that a line belongs to, in the names of the Elastic Common Schema; empty when nothing is traced. */
export function traceFields(): { 'trace.id'?: string; 'span.id'?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { 'trace.id': span.traceId, 'span.id': span.spanId } : {};
}

/** What a line says of the request that it is logged for. */
export function requestFields(): Record<string, string> {
  const { requestId = null, userId = null } = served.getStore() ?? {};
  return {
    ...(requestId === null ? {} : { request_id: requestId }),
    ...(userId === null ? {} : { user_id: userId }),
    ...traceFields(),
  };
}
