import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const folder = await mkdtemp(join(tmpdir(), 'metrics-'));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(
  join(folder, 'shop.json'),
  JSON.stringify({
    title: 'query Title { book { title } }',
    priced: 'query Priced { book { price title } }',
  }),
);

const world = await startWorld({
  subgraphs: [
    {
      name: 'books',
      sdl: 'type Query { book: Book } type Book { title: String price: Int }',
      resolvers: { Query: { book: () => ({ title: 'Emma', price: 7 }) } },
    },
  ],
  config: {
    operations: { folder, clients: { own: {} } },
    cost: { max: 1_000 },
    operationCache: { entries: 40 },
  },
});

const as = (name: string, version?: string) => ({
  'apollographql-client-name': name,
  ...(version === undefined ? {} : { 'apollographql-client-version': version }),
});

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function readSamples(): Promise<Sample[]> {
  const page = await (await fetch(`${world.url}/metrics`)).text();
  return [...page.matchAll(/^(\w+)\{([^}]*)\} (\S+)$/gm)].map(([, name = '', labels = '', value]) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]),
    ),
    value: Number(value),
  }));
}

/** The sum of a metric's samples that carry these labels. */
async function total(name: string, labels: Record<string, string>): Promise<number> {
  const samples = await readSamples();
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, text]) => sample.labels[label] === text))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The values of a label on the gateway's metrics. */
async function valuesOf(label: string): Promise<Set<string>> {
  const samples = await readSamples();
  return new Set(
    samples.flatMap(({ name, labels }) => (name.startsWith('gateway_') ? (labels[label] ?? []) : [])),
  );
}

describe('metrics', () => {
  it('tell who asked what, how it ended, what it cost, and whether a plan was kept', async () => {
    const client = { client: 'own', client_version: '1.2.0' };
    const headers = as('own', '1.2.0');
    const query = 'query Priced { book { price } }';
    await world.ask(query, { headers });
    await world.ask(query, { headers });
    await world.ask('query Wrong { nothing }', { headers });
    const requests = { ...client, operation: 'Priced', status: '200' };
    expect(await total('gateway_requests_total', requests)).toBe(2);
    expect(await total('gateway_requests_total', { ...client, operation: 'none', status: '400' })).toBe(1);
    expect(await total('gateway_errors_total', { ...client, code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1);
    expect(await total('gateway_plan_cache_total', { ...client, outcome: 'miss' })).toBe(1);
    expect(await total('gateway_plan_cache_total', { ...client, outcome: 'hit' })).toBe(1);
    expect(await total('gateway_operation_cost_count', client)).toBe(2);
    expect(await total('gateway_operation_cost_sum', client)).toBeGreaterThan(0);
    expect(await total('gateway_subgraph_duration_seconds_count', { ...client, subgraph: 'books' })).toBe(2);
    expect(await total('gateway_request_duration_seconds_count', client)).toBe(3);
  });

  it('tell that plans of what is asked again are kept while others ask for what is not', async () => {
    const headers = as('own', '1.4.0');
    const kept = 'query Kept { book { price } }';
    const dropped = 'query Dropped { book { price } }';
    for (const query of [kept, kept, dropped]) await world.ask(query, { headers });
    for (let number = 0; number < 80; number++)
      await world.ask(`{ book { price${number}: price } }`, { headers: as('own', '1.5.0') });
    for (const query of [kept, dropped]) await world.ask(query, { headers });
    const client = { client: 'own', client_version: '1.4.0' };
    expect(await total('gateway_plan_cache_total', { ...client, outcome: 'hit' })).toBe(2);
    expect(await total('gateway_plan_cache_total', { ...client, outcome: 'miss' })).toBe(3);
  });

  it('tell failures of a subgraph', async () => {
    const { books } = world.subgraphs;
    if (books) books.mode = 'break';
    await world.ask('{ book { title price } }', { headers: as('own', '1.3.0') });
    if (books) books.mode = 'answer';
    const failures = { client: 'own', client_version: '1.3.0', subgraph: 'books' };
    expect(await total('gateway_subgraph_failures_total', failures)).toBe(1);
  });

  it('keep the names of registered clients, those with a manifest too, and fold all others', async () => {
    await world.ask('{ book { title } }', { headers: as('own') });
    await world.ask('{ book { title } }', { headers: as('shop') });
    await world.ask('{ book { title } }');
    for (let number = 0; number < 30; number++)
      await world.ask('{ book { title } }', { headers: as(`made-up-${number}`, `${number}`) });
    expect(await valuesOf('client')).toEqual(new Set(['own', 'shop', 'other', 'none']));
    expect(await total('gateway_requests_total', { client: 'other', client_version: 'other' })).toBe(30);
    expect(await total('gateway_requests_total', { client: 'shop', client_version: 'none' })).toBe(1);
  });

  it('keep twenty versions of a client', async () => {
    for (let number = 0; number < 60; number++)
      await world.ask('{ book { title } }', { headers: as('shop', `9.${number}`) });
    const versions = [...(await valuesOf('client_version'))].filter((version) => version.startsWith('9.'));
    expect(versions).toHaveLength(20);
    expect(await total('gateway_requests_total', { client: 'shop', client_version: 'other' })).toBe(40);
  });

  it('keep the names of registered operations when others have used up the room', async () => {
    for (let number = 0; number < 230; number++) await world.ask(`query MadeUp${number} { book { title } }`);
    await world.ask('query Title { book { title } }');
    expect((await valuesOf('operation')).size).toBeLessThan(220);
    expect(await total('gateway_requests_total', { operation: 'Title' })).toBe(1);
    expect(await total('gateway_requests_total', { operation: 'other' })).toBeGreaterThan(20);
  });
});
