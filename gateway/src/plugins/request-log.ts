import { counter, describeSpan, histogram, type Logger, traceFields } from '@studymate/runtime';
import type { LiveProtocol } from '../subscriptions/subscription-log.ts';
import type { ClientLabels } from './client-labels.ts';
import { createLabelValues } from './label-values.ts';

/** What is known of a request once it is answered. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly operationName: string | null;
  readonly clientName: string | null;
  readonly clientVersion: string | null;
  readonly viewerId: string | null;
  readonly ipAddress: string;
  readonly status: number;
  readonly errorCodes: readonly string[];
  readonly durationMs: number;
  readonly lane: 'known' | 'new' | 'refused';
  readonly protocol: 'http' | LiveProtocol;
}

export interface RequestLogOptions {
  readonly logger: Logger;
  /** Whether an operation of that name is registered: those keep their names in metrics. */
  readonly isRegistered: (operationName: string) => boolean;
}

/** By these a person finds the trace of a request. */
const describe = ({ requestId, operationName, clientName, status, lane }: AnsweredRequest): void =>
  describeSpan({
    'studymate.part': 'gateway',
    'request.id': requestId,
    'client.operation': operationName ?? undefined,
    'client.name': clientName ?? undefined,
    'gateway.lane': lane,
    'gateway.status': status,
  });

const toLine = ({ requestId, viewerId, ...request }: AnsweredRequest) => ({
  request_id: requestId,
  user_id: viewerId,
  ...traceFields(),
  ...request,
});

const maxOperations = 200;
const maxCodes = 100;

/** Counts each answered request and writes one line of it. */
export function createRequestLog({
  logger,
  isRegistered,
}: RequestLogOptions): (request: AnsweredRequest, client: ClientLabels) => void {
  const operations = createLabelValues(maxOperations);
  const codes = createLabelValues(maxCodes);
  const requests = counter({
    name: 'gateway_requests_total',
    help: 'GraphQL requests answered.',
    labels: ['operation', 'client', 'client_version', 'status', 'lane', 'protocol'],
  });
  const errors = counter({
    name: 'gateway_errors_total',
    help: 'Errors answered, by code.',
    labels: ['code', 'client', 'client_version'],
  });
  const duration = histogram({
    name: 'gateway_request_duration_seconds',
    help: 'Time to answer a GraphQL request.',
    labels: ['lane', 'client', 'client_version'],
  });
  // A name only counts once its operation was valid: names of refused requests are made up at will.
  const operationOf = ({ lane, operationName: name }: AnsweredRequest): string =>
    lane === 'refused' ? 'none' : name !== null && isRegistered(name) ? name : operations(name);

  return (request, client) => {
    const { lane, status, durationMs, protocol } = request;
    requests.inc({ operation: operationOf(request), ...client, status: String(status), lane, protocol });
    for (const code of request.errorCodes) errors.inc({ code: codes(code), ...client });
    duration.observe({ lane, ...client }, durationMs / 1000);
    describe(request);
    logger.info(toLine(request), 'request');
  };
}
