import {
  counter,
  describeSpan,
  type Tally,
  talliedCounter,
  talliedHistogram,
  traceFields,
  type WriteRequestLine,
} from '@studymate/runtime';
import type { LiveProtocol } from '../subscriptions/subscription-log.ts';
import type { ClientLabels } from './client-labels.ts';
import { createLabelValues } from './label-values.ts';

/** What is known of a request once it is answered. */
export interface AnsweredRequest {
  readonly requestId: string;
  /** `traceparent` of a trace that is not recorded; null where the active span says it. */
  readonly traceParent: string | null;
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
  readonly write: WriteRequestLine;
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

const traceIdIn = (traceParent: string) => ({ 'trace.id': traceParent.split('-')[1] });

const toLine = ({ requestId, viewerId, traceParent, ...request }: AnsweredRequest) => ({
  request_id: requestId,
  user_id: viewerId,
  ...(traceParent === null ? traceFields() : traceIdIn(traceParent)),
  ...request,
});

interface AnswerTallies {
  readonly request: Tally;
  readonly duration: Tally;
}

const maxOperations = 200;
const maxCodes = 100;

/** Counts each answered request and writes one line of it. */
export function createRequestLog({
  write,
  isRegistered,
}: RequestLogOptions): (request: AnsweredRequest, client: ClientLabels) => void {
  const operations = createLabelValues(maxOperations);
  const codes = createLabelValues(maxCodes);
  const requests = talliedCounter({
    name: 'gateway_requests_total',
    help: 'GraphQL requests answered.',
    labels: ['operation', 'client', 'client_version', 'status', 'lane', 'protocol'],
  });
  const errors = counter({
    name: 'gateway_errors_total',
    help: 'Errors answered, by code.',
    labels: ['code', 'client', 'client_version'],
  });
  const durations = talliedHistogram({
    name: 'gateway_request_duration_seconds',
    help: 'Time to answer a GraphQL request.',
    labels: ['lane', 'client', 'client_version'],
  });
  // A name only counts once its operation was valid: names of refused requests are made up at will.
  const operationOf = ({ lane, operationName: name }: AnsweredRequest): string =>
    lane === 'refused' ? 'none' : name !== null && isRegistered(name) ? name : operations(name);

  const tallies = new WeakMap<ClientLabels, Map<string, AnswerTallies>>();
  const talliesOf = (request: AnsweredRequest, client: ClientLabels): AnswerTallies => {
    const ofClient = tallies.get(client) ?? new Map<string, AnswerTallies>();
    tallies.set(client, ofClient);
    const { lane, status, protocol } = request;
    const operation = operationOf(request);
    const key = `${operation} ${status} ${lane} ${protocol}`;
    const known = ofClient.get(key) ?? {
      request: requests({ operation, ...client, status: String(status), lane, protocol }),
      duration: durations({ lane, ...client }),
    };
    ofClient.set(key, known);
    return known;
  };

  return (request, client) => {
    const tally = talliesOf(request, client);
    tally.request.add();
    tally.duration.add(request.durationMs / 1000);
    for (const code of request.errorCodes) errors.inc({ code: codes(code), ...client });
    describe(request);
    write(toLine(request));
  };
}
