import { afterAll, expect, it } from '@jest/globals';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { connectClient, follow, openStream } from './clients.ts';
import { startLiveWorld } from './live-world.ts';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
afterAll(() => provider.shutdown());

const world = await startLiveWorld();
const query = 'subscription Named($id: ID!) { deckChanged(id: $id) { owner { name } } }';
const spansNamed = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);

async function firstEventOf(protocol: string): Promise<void> {
  const bearer = await world.issuer.bearer();
  const variables = { id: world.addDeck('us_1') };
  if (protocol === 'websocket') {
    const client = connectClient(world.url, bearer);
    await follow(client, query, variables).next();
    return client.dispose();
  }
  const stream = await openStream(world.url, { query, variables }, { accept: protocol, ...bearer });
  await stream.until('owner');
  await stream.leave();
}

it.each(['websocket', 'text/event-stream'])(
  'each event by %s begins a trace, in which its fetches are',
  async (protocol) => {
    exporter.reset();
    await firstEventOf(protocol);
    const [event] = spansNamed('gateway.event');
    const [fetched] = spansNamed('gateway.fetch');
    expect(event?.attributes).toEqual({ 'graphql.operation.name': 'Named' });
    expect(event?.parentSpanContext).toBeUndefined();
    expect(fetched?.attributes).toEqual({ subgraph: 'people' });
    expect(fetched?.parentSpanContext?.spanId).toBe(event?.spanContext().spanId);
    expect(spansNamed('gateway.request').map((span) => span.spanContext().traceId)).not.toContain(
      event?.spanContext().traceId,
    );
  },
);
