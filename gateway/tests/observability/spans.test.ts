import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { startWorld } from '../world.ts';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
afterAll(() => provider.shutdown());

const books = {
  name: 'books',
  sdl: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String }',
  resolvers: { Query: { book: () => ({ id: '1', title: 'Emma' }) } },
};
const prices = {
  name: 'prices',
  sdl: 'type Book @key(fields: "id") { id: ID! price: Int }',
  resolvers: { Book: { price: () => 7 } },
};
const world = await startWorld({ subgraphs: [books, prices] });
const query = 'query Priced { book { title price } }';

const spansNamed = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
const fetched = () => spansNamed('gateway.fetch').map(({ attributes }) => attributes.subgraph);

beforeEach(() => exporter.reset());

describe('spans', () => {
  it('tell the planning of an operation once, and every fetch of every request', async () => {
    const fresh = 'query Fresh { book { title price } }';
    await world.ask(fresh);
    expect(spansNamed('gateway.plan').map(({ attributes }) => attributes)).toEqual([
      { 'graphql.operation.name': 'Fresh' },
    ]);
    expect(fetched()).toEqual(['books', 'prices']);
    await world.ask(fresh);
    expect(spansNamed('gateway.plan')).toHaveLength(1);
    expect(fetched()).toEqual(['books', 'prices', 'books', 'prices']);
  });

  it('go on in the subgraphs, which are told the trace', async () => {
    await world.ask(query);
    const [first, second] = spansNamed('gateway.fetch').map((span) => span.spanContext());
    for (const [subgraph, span] of [
      [world.subgraphs.books, first],
      [world.subgraphs.prices, second],
    ] as const) {
      const told = subgraph?.received.at(-1)?.headers.traceparent;
      expect(told).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
    }
  });

  it('show a fetch that failed', async () => {
    const { prices: broken } = world.subgraphs;
    if (broken) broken.mode = 'break';
    await world.ask(query);
    if (broken) broken.mode = 'answer';
    expect(
      spansNamed('gateway.fetch').map(({ attributes, status }) => [attributes.subgraph, status.code]),
    ).toEqual([
      ['books', SpanStatusCode.UNSET],
      ['prices', SpanStatusCode.ERROR],
    ]);
  });

  it('belong to the trace that the request came with', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await world.ask(query, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    const [request] = spansNamed('gateway.request');
    expect(request?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    for (const span of [request, ...spansNamed('gateway.fetch')]) {
      expect(span?.spanContext().traceId).toBe(traceId);
    }
    expect(spansNamed('gateway.fetch').map((span) => span.parentSpanContext?.spanId)).toEqual(
      Array(2).fill(request?.spanContext().spanId),
    );
  });

  it('are not made of a request that its sender does not sample, and subgraphs are told so', async () => {
    const traceId = '1af7651916cd43dd8448eb211c80319c';
    await world.ask(query, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-00` } });
    expect(exporter.getFinishedSpans()).toEqual([]);
    const told = world.subgraphs.books?.received.at(-1)?.headers.traceparent;
    expect(told).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });
});
