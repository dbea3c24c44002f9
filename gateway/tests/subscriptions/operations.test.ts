import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterAll, describe, expect, it } from '@jest/globals';
import { connectClient, follow, openStream } from './clients.ts';
import { startLiveWorld } from './live-world.ts';

const folder = await mkdtemp(join(tmpdir(), 'live-operations-'));
afterAll(() => rm(folder, { recursive: true }));
const registered = 'subscription Registered($id: ID!) { deckChanged(id: $id) { title } }';
await writeFile(
  join(folder, 'partner.json'),
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: '5'.repeat(64), name: 'Registered', type: 'subscription', body: registered }],
  }),
);

const world = await startLiveWorld(
  {},
  {
    limits: { depth: 2, tokens: 90 },
    cost: { max: 5 },
    operations: { folder, clients: { partner: { mode: 'safelist' } } },
  },
);
const id = world.addDeck('us_1');
const bearer = await world.issuer.bearer();

type Ask = (query: string, client?: string) => Promise<{ code: string | undefined; data: unknown }>;

const firstOf = (text: string) =>
  JSON.parse(/data: (.*)/.exec(text)?.[1] ?? /\{"payload".*/.exec(text)?.[0] ?? text);

const overHttp =
  (accept: string): Ask =>
  async (query, client) => {
    const named = client === undefined ? {} : { 'apollographql-client-name': client };
    const stream = await openStream(
      world.url,
      { query, variables: query.includes('$id') ? { id } : {} },
      { accept, ...bearer, ...named },
    );
    const text = await stream.until('}\n').then((begun) => (begun === '' ? stream.rest() : begun));
    await stream.leave();
    const answer = firstOf(text);
    const { data, errors } = answer.payload ?? answer;
    return { data, code: errors?.[0].extensions.code };
  };

const ask: Record<string, Ask> = {
  websocket: async (query, client) => {
    const named = client === undefined ? {} : { 'apollographql-client-name': client };
    const connection = connectClient(world.url, { ...bearer, ...named });
    const { value } = await follow(connection, query, query.includes('$id') ? { id } : {})
      .next()
      .catch((errors) => ({ value: { errors } }));
    await connection.dispose();
    return { data: value.data, code: value.errors?.[0].extensions.code };
  },
  'event-stream': overHttp('text/event-stream'),
};

describe.each(Object.keys(ask))('an operation by %s', (protocol) => {
  const send: Ask = (query, client) => ask[protocol]?.(query, client) ?? Promise.reject();

  it.each([
    ['deep', 'subscription ($id: ID!) { deckChanged(id: $id) { owner { name } } }'],
    ['long', `{ ${'decks '.repeat(90)} }`],
    ['costly', `{ ${Array.from({ length: 8 }, (_, index) => `a${index}: person(id: 1) { id }`).join(' ')} }`],
  ])('may not be too %s', async (_what, query) => {
    expect((await send(query)).code).toBe('OPERATION_TOO_COMPLEX');
  });

  it('has to be registered for a client that may send no other', async () => {
    expect(await send(registered, 'partner')).toMatchObject({ data: { deckChanged: { title: 'first' } } });
    expect((await send('subscription { deckCount }', 'partner')).code).toBe('PERSISTED_QUERY_REQUIRED');
    expect((await send('{ decks }', 'partner')).code).toBe('PERSISTED_QUERY_REQUIRED');
    expect((await send('subscription { deckCount }')).data).toEqual({ deckCount: expect.any(Number) });
  });

  it('has to be valid', async () => {
    expect((await send('subscription { nonsense }')).code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await send('subscription { deckCount')).code).toBe('GRAPHQL_PARSE_FAILED');
  });

  it('is counted like any request, with its events', async () => {
    const name = `Counted_${protocol.replace('-', '_')}`;
    expect(
      (await send(`subscription ${name}($id: ID!) { deckChanged(id: $id) { title } }`, 'partner')).code,
    ).toBe('PERSISTED_QUERY_REQUIRED');
    await send(`subscription ${name}($id: ID!) { deckChanged(id: $id) { title } }`);
    await send(`query ${name}Once { decks }`);
    const metrics = await world.metrics();
    const lines = metrics.split('\n').filter((line) => line.includes(`protocol="${protocol}"`));
    const counted = (metric: string, ...labels: string[]) =>
      lines.find((line) => line.startsWith(`${metric}{`) && labels.every((label) => line.includes(label)));

    expect(counted('gateway_requests_total', `operation="${name}"`, 'status="200"')).toMatch(/ 1$/);
    expect(counted('gateway_requests_total', `operation="${name}Once"`, 'status="200"')).toMatch(/ 1$/);
    expect(counted('gateway_requests_total', 'client="partner"', 'status="400"')).toBeDefined();
    expect(counted('gateway_subscription_events_total', `operation="${name}"`)).toMatch(/ 1$/);
    expect(counted('gateway_subscriptions', `operation="${name}"`)).toBeDefined();
  });
});

it('Apollo Client follows a subscription by its multipart protocol, as it comes', async () => {
  const deck = world.addDeck('us_1');
  const client = new ApolloClient({
    link: new HttpLink({ uri: world.url, headers: bearer }),
    cache: new InMemoryCache(),
  });
  const query = gql`
    subscription ($id: ID!) {
      deckChanged(id: $id) {
        title
      }
    }
  `;
  const titles: string[] = [];
  const done = Promise.withResolvers<void>();
  const subscription = client
    // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape, asserted on
    .subscribe<any>({ query, variables: { id: deck } })
    .subscribe({
      next: ({ data, error }) => {
        if (error) return done.reject(error);
        titles.push(data.deckChanged.title);
        if (titles.length === 1) world.rename(deck, 'second');
        else done.resolve();
      },
      error: done.reject,
    });
  await done.promise;
  expect(titles).toEqual(['first', 'second']);
  subscription.unsubscribe();

  const refused = await new Promise((resolve) => {
    client
      .subscribe({ query, variables: { id: world.addDeck('us_someone_else') } })
      .subscribe({ next: ({ error }) => resolve(error), error: resolve });
  });
  expect(String(refused)).toContain('not found');
  client.stop();
});
