import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { currentRequestId, logForRequest } from './request-log.ts';

const tracer = trace.getTracer('studymate');

/** What caused something that is done later, as it is kept with it: a W3C traceparent, and the id of a request. */
export interface Origin {
  readonly traceparent: string | null;
  readonly requestId: string | null;
}

const traceparentOf = (where: Context): string | null => {
  const carrier: { traceparent?: string } = {};
  propagation.inject(where, carrier);
  return carrier.traceparent ?? null;
};

const contextOf = ({ traceparent }: Origin): Context =>
  traceparent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });

/** The request and the trace that are served now; nulls where there is none. */
export const currentOrigin = (): Origin => ({
  traceparent: traceparentOf(context.active()),
  requestId: currentRequestId(),
});

async function within<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** Runs work within a span of whatever is traced now; the work may tell more about it. */
export const traced = <T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> => tracer.startActiveSpan(name, { attributes }, (span) => within(span, () => work(span)));

export interface LaterWork {
  readonly name: string;
  readonly attributes: Attributes;
  /** For whom it is done, when it is for somebody. */
  readonly userId: string | null;
}

/** Runs what was caused earlier, elsewhere: its span goes on with the trace, its log lines with the request. */
export function resume<T>(
  origin: Origin,
  { name, attributes, userId }: LaterWork,
  work: () => Promise<T>,
): Promise<T> {
  const options = { kind: SpanKind.CONSUMER, attributes };
  return logForRequest({ requestId: origin.requestId, userId }, () =>
    tracer.startActiveSpan(name, options, contextOf(origin), (span) => within(span, work)),
  );
}

/** Begins a span of what hands work on. What gets it goes on from `origin`; `end` says that it was handed over. */
export function handOn(
  origin: Origin,
  name: string,
  attributes: Attributes,
): { readonly origin: Origin; end(): void } {
  if (origin.traceparent === null) return { origin, end: () => undefined };
  const from = contextOf(origin);
  const span = tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes }, from);
  const traceparent = traceparentOf(trace.setSpan(from, span));
  return { origin: { ...origin, traceparent }, end: () => span.end() };
}

/** Runs background work outside of the trace of whoever happened to wake it. */
export const untraced = <T>(work: () => T): T => context.with(ROOT_CONTEXT, work);

/** Adds to the span that is active what it is about. */
export const describeSpan = (attributes: Attributes): void => {
  trace.getActiveSpan()?.setAttributes(attributes);
};
