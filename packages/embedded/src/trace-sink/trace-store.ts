import type { Span } from './otlp.ts';

/** A span at its place in the tree: children follow their parent, by their start. */
export interface PlacedSpan extends Span {
  readonly depth: number;
  /** Which part of the house it belongs to: what it says itself, else its parent's, else its service. */
  readonly part: string;
}

export interface TraceSummary {
  readonly traceId: string;
  /** The operation that a client asked for, else the first span. */
  readonly title: string;
  readonly requestId: string | null;
  readonly startMs: number;
  readonly durationMs: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly parts: readonly string[];
}

const keptTraces = 500;
const keptSpansEach = 5_000;
const listedTraces = 200;

/** The spans in the order of a waterfall. One whose parent was not (yet) received stands at the root. */
export function placeSpans(spans: readonly Span[]): PlacedSpan[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const byParent = Map.groupBy(
    spans.toSorted((a, b) => a.startMs - b.startMs),
    ({ parentSpanId }) => (parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : null),
  );
  const place = (parent: PlacedSpan | null): PlacedSpan[] =>
    (byParent.get(parent?.spanId ?? null) ?? []).flatMap((span) => {
      const part = span.attributes['studymate.part'] ?? parent?.part ?? span.service;
      const placed = { ...span, part, depth: parent ? parent.depth + 1 : 0 };
      return [placed, ...place(placed)];
    });
  return place(null);
}

const firstOf = (spans: readonly Span[], name: string): string | null =>
  spans.find(({ attributes }) => attributes[name])?.attributes[name] ?? null;

function summarize(traceId: string, spans: readonly Span[]): TraceSummary {
  const placed = placeSpans(spans);
  const startMs = Math.min(...spans.map((span) => span.startMs));
  return {
    traceId,
    title: firstOf(placed, 'client.operation') ?? placed[0]?.name ?? '',
    requestId: firstOf(placed, 'request.id'),
    startMs,
    durationMs: Math.max(...spans.map(({ endMs }) => endMs)) - startMs,
    spanCount: spans.length,
    errorCount: spans.filter(({ isError }) => isError).length,
    parts: [...new Set(placed.map(({ part }) => part))],
  };
}

const textOf = (spans: readonly Span[]): string =>
  spans
    .flatMap(({ traceId, name, service, attributes }) => [
      traceId,
      name,
      service,
      ...Object.values(attributes),
    ])
    .join('\n')
    .toLowerCase();

/** Traces in memory, the last five hundred that were heard of. */
export function createTraceStore() {
  const traces = new Map<string, Span[]>();

  return {
    add(spans: readonly Span[]): void {
      for (const span of spans) {
        const held = traces.get(span.traceId) ?? [];
        traces.delete(span.traceId);
        traces.set(span.traceId, held);
        if (held.length < keptSpansEach) held.push(span);
      }
      for (const oldest of [...traces.keys()].slice(0, Math.max(0, traces.size - keptTraces))) {
        traces.delete(oldest);
      }
    },
    /** Newest first; of those that took so long, whose spans tell of each word: an id, a name, an operation. */
    list({
      words = '',
      minMs = 0,
    }: {
      readonly words?: string;
      readonly minMs?: number;
    } = {}): TraceSummary[] {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      return [...traces]
        .filter(([, spans]) => {
          const text = wanted.length > 0 ? textOf(spans) : '';
          return wanted.every((word) => text.includes(word));
        })
        .map(([traceId, spans]) => summarize(traceId, spans))
        .filter(({ durationMs }) => durationMs >= minMs)
        .toSorted((a, b) => b.startMs - a.startMs)
        .slice(0, listedTraces);
    },
    find(traceId: string): (TraceSummary & { readonly spans: readonly PlacedSpan[] }) | null {
      const spans = traces.get(traceId);
      return spans ? { ...summarize(traceId, spans), spans: placeSpans(spans) } : null;
    },
    clear: (): void => traces.clear(),
  };
}

export type TraceStore = ReturnType<typeof createTraceStore>;
