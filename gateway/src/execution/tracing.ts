import type { IncomingHttpHeaders } from 'node:http';
import {
  type Attributes,
  type Context,
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

function within<T>(span: Span, parent: Context, work: () => Promise<T>): Promise<T> {
  if (!isSpanContextValid(span.spanContext())) return work();
  const running = context.with(trace.setSpan(parent, span), work);
  if (!span.isRecording()) return running;
  return running.catch((error: unknown) => fail(span, error)).finally(() => span.end());
}

const requestOptions = { kind: SpanKind.SERVER };

/** `traceparent` (W3C Trace Context, 3.2.2) of a trace that is not recorded; null where nothing is traced. */
function unrecorded(span: Span): string | null {
  const spanContext = span.spanContext();
  return isSpanContextValid(spanContext) ? `00-${spanContext.traceId}-${spanContext.spanId}-00` : null;
}

/**
 * Runs a request within a span that goes on with its sender's trace (W3C Trace Context), unless what serves it has
 * begun one. Whether it is sampled is decided here, for all that follows. `work` is given the `traceparent` that
 * tells subgraphs that it is not; most requests are not, and an asynchronous context would cost more than the rest.
 */
export function tracedRequest<T>(
  headers: IncomingHttpHeaders,
  work: (traceParent: string | null) => Promise<T>,
): Promise<T> {
  if (trace.getActiveSpan()) return work(null);
  const isFirst = headers.traceparent === undefined && headers.baggage === undefined;
  const sender = isFirst ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer.startSpan('gateway.request', requestOptions, sender);
  if (isFirst && !span.isRecording()) return work(unrecorded(span));
  return within(span, sender, () => work(null));
}

/** Runs what an event of a subscription causes within a trace of its own: the request is long over. */
export function tracedEvent<T>(attributes: Attributes, work: () => Promise<T>): Promise<T> {
  const options = { kind: SpanKind.CONSUMER, attributes };
  return within(tracer.startSpan('gateway.event', options, ROOT_CONTEXT), ROOT_CONTEXT, work);
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
export function traceHeaders(traceParent: string | null): Record<string, string> {
  if (traceParent !== null) return { traceparent: traceParent };
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
