import { z } from 'zod';

/** A span as the page shows it. Instants in milliseconds since 1970, with fractions. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly service: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: readonly { readonly name: string; readonly detail: string }[];
}

const attributesSchema = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((attributes) =>
    Object.fromEntries(
      attributes.map(({ key, value }) => {
        const [held] = Object.values(value);
        return [key, typeof held === 'object' ? JSON.stringify(held) : String(held)];
      }),
    ),
  );
const nanoseconds = z.union([z.string(), z.number()]).transform((value) => Number(BigInt(value)) / 1e6);
const spanSchema = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int().default(0),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: attributesSchema,
  status: z.object({ code: z.int().default(0) }).default({ code: 0 }),
  events: z.array(z.object({ name: z.string(), attributes: attributesSchema })).default([]),
});
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }).optional(),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema).default([]) })).default([]),
    }),
  ),
});

const kinds = ['unset', 'internal', 'server', 'client', 'producer', 'consumer'];
const failed = 2;

/**
 * The spans of an export in OTLP/JSON (opentelemetry-proto 1.x, ExportTraceServiceRequest). Throws a ZodError for
 * anything else.
 */
export function parseExport(body: unknown): Span[] {
  return exportSchema.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, attributes, ...span }) => ({
        traceId,
        spanId,
        parentSpanId: parentSpanId || null,
        name,
        attributes,
        kind: kinds[span.kind] ?? 'unset',
        service: resource?.attributes['service.name'] ?? 'unknown',
        startMs: span.startTimeUnixNano,
        endMs: span.endTimeUnixNano,
        isError: span.status.code === failed,
        events: span.events.map((event) => ({
          name: event.name,
          detail: event.attributes['exception.message'] ?? Object.values(event.attributes).join(' '),
        })),
      })),
    ),
  );
}
