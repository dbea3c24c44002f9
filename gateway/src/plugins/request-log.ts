import { counter, histogram, type Logger } from '@studymate/runtime';

/** What is known of a request once it is answered. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly operationName: string | null;
  readonly clientName: string | null;
  readonly viewerId: string | null;
  readonly ipAddress: string;
  readonly status: number;
  readonly errorCodes: readonly string[];
  readonly durationMs: number;
  readonly lane: 'known' | 'new' | 'refused';
}

const maxLabels = 200;

/** A label value as long as few are in use, else `other`: what clients make up does not grow the metrics. */
function createLabels(): (value: string | null) => string {
  const used = new Set<string>();
  return (value) => {
    if (value === null) return 'none';
    if (used.has(value)) return value;
    if (used.size >= maxLabels || value.length > 60) return 'other';
    used.add(value);
    return value;
  };
}

/** Counts each answered request and writes one line of it. */
export function createRequestLog(logger: Logger): (request: AnsweredRequest) => void {
  const operations = createLabels();
  const clients = createLabels();
  const requests = counter({
    name: 'gateway_requests_total',
    help: 'GraphQL requests answered.',
    labels: ['operation', 'client', 'status', 'lane'],
  });
  const errors = counter({
    name: 'gateway_errors_total',
    help: 'Errors answered, by code.',
    labels: ['code'],
  });
  const duration = histogram({
    name: 'gateway_request_duration_seconds',
    help: 'Time to answer a GraphQL request.',
    labels: ['lane'],
  });
  return (request) => {
    const { lane, status, durationMs } = request;
    // A name only counts once its operation was valid: names of refused requests are made up at will.
    const operation = lane === 'refused' ? 'none' : operations(request.operationName);
    requests.inc({ operation, client: clients(request.clientName), status: String(status), lane });
    for (const code of request.errorCodes) errors.inc({ code: code.slice(0, 60) });
    duration.observe({ lane }, durationMs / 1000);
    logger.info(request, 'request');
  };
}
