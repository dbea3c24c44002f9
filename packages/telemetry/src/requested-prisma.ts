import {
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { PrismaInstrumentation } from '@prisma/instrumentation';

/** A tracer that goes on with traces and begins none. */
const continuing = (tracer: Tracer): Tracer => {
  const startSpan: Tracer['startSpan'] = (name, options, where = context.active()) =>
    trace.getSpan(where)
      ? tracer.startSpan(name, options, where)
      : trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const startActiveSpan = <T>(name: string, options: SpanOptions, work: (span: Span) => T): T => {
    const span = startSpan(name, options);
    return span.isRecording()
      ? context.with(trace.setSpan(context.active(), span), work, undefined, span)
      : work(span);
  };
  return Object.create(tracer, {
    startSpan: { value: startSpan },
    startActiveSpan: { value: startActiveSpan },
  }) as Tracer;
};

/** Prisma's spans within a trace. Queues and outboxes are looked at every second for nobody: that is no trace. */
export class RequestedPrisma extends PrismaInstrumentation {
  override enable(): void {
    const provider = trace.getTracerProvider();
    this.setTracerProvider({ getTracer: (...name) => continuing(provider.getTracer(...name)) });
    super.enable();
  }
}
