import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

const tracer = trace.getTracer('studymate-gateway');

/** Most requests are not sampled: within them spans would be made and thrown away. */
const isRecording = (): boolean => trace.getActiveSpan()?.isRecording() === true;

function fail(span: Span, error: unknown): never {
  span.setStatus({ code: SpanStatusCode.ERROR });
  throw error;
}

/**
 * Runs a request within a span that goes on with its sender's trace (W3C Trace Context), unless what serves it has
 * begun one. Whether it is sampled is decided here, for all that follows.
 */
export function tracedRequest<T>(headers: object, work: () => Promise<T>): Promise<T> {
  if (trace.getActiveSpan()) return work();
  const sender = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer.startSpan('gateway.request', { kind: SpanKind.SERVER }, sender);
  if (!isSpanContextValid(span.spanContext())) return work();
  const running = context.with(trace.setSpan(sender, span), work);
  if (!span.isRecording()) return running;
  return running.catch((error: unknown) => fail(span, error)).finally(() => span.end());
}

/** Runs work that returns at once within a span of the request's. */
export function traced<T>(name: string, attributes: Attributes, work: () => T): T {
  if (!isRecording()) return work();
  return tracer.startActiveSpan(name, { attributes }, (span) => {
    try {
      return work();
    } catch (error) {
      return fail(span, error);
    } finally {
      span.end();
    }
  });
}

/** Runs work that takes its time within a span of the request's. */
export function tracedAsync<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  if (!isRecording()) return work();
  return tracer.startActiveSpan(name, { attributes }, (span) =>
    work()
      .catch((error: unknown) => fail(span, error))
      .finally(() => span.end()),
  );
}

/** Headers by which whoever is called carries the trace on (W3C Trace Context); none when nothing is traced. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
