import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const folder = await mkdtemp(join(tmpdir(), 'apollo-'));
afterAll(() => rm(folder, { recursive: true }));
const id = '7'.repeat(64);
const body = 'query Title($id: ID!) { book(id: $id) { title __typename } }';
await writeFile(
  join(folder, 'shop.json'),
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id, name: 'Title', type: 'query', body }],
  }),
);

const world = await startWorld({
  subgraphs: [
    {
      name: 'books',
      sdl: 'type Query { book(id: ID!): Book } type Book { title: String! }',
      resolvers: {
        Query: { book: (_root: unknown, { id: given }: { id: string }) => ({ title: `Title of ${given}` }) },
      },
    },
  ],
  config: {
    operations: { folder, mode: 'id-only', clients: { own: { mode: 'off', automatic: true } } },
  },
});

interface Sent {
  readonly method: string;
  readonly hasText: boolean;
}

/** Apollo Client as an application sets it up, and what it sends. */
function connect(name: string, persisted: PersistedQueryLink.Options) {
  const sent: Sent[] = [];
  const watched: typeof fetch = async (input, init) => {
    const text = `${String(input)}${String(init?.body ?? '')}`;
    sent.push({ method: init?.method ?? 'GET', hasText: text.includes('book') });
    return fetch(input, init);
  };
  const client = new ApolloClient({
    link: ApolloLink.from([
      new PersistedQueryLink(persisted),
      new HttpLink({ uri: `${world.url}/graphql`, fetch: watched }),
    ]),
    cache: new InMemoryCache(),
    clientAwareness: { name, version: '1.0.0' },
  });
  clients.push(client);
  return { client, sent };
}
const clients: ApolloClient[] = [];
afterAll(() => {
  for (const client of clients) client.stop();
});

const query = gql(body);
const read = { query, variables: { id: '1' }, fetchPolicy: 'network-only' } as const;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('Apollo Client', () => {
  it('asks by the ids of its manifest, by GET too', async () => {
    const { client, sent } = connect('shop', { generateHash: () => id, useGETForHashedQueries: true });
    expect((await client.query(read)).data).toEqual({ book: { __typename: 'Book', title: 'Title of 1' } });
    expect(sent).toEqual([{ method: 'GET', hasText: false }]);
  });

  it('sends the text once where texts are kept, and the hash from then on', async () => {
    const first = connect('own', { sha256 });
    await first.client.query(read);
    await first.client.query(read);
    expect(first.sent.map(({ hasText }) => hasText)).toEqual([false, true, false]);
    const second = connect('own', { sha256 });
    expect((await second.client.query(read)).data).toEqual({
      book: { __typename: 'Book', title: 'Title of 1' },
    });
    expect(second.sent.map(({ hasText }) => hasText)).toEqual([false]);
  });

  it('is refused what it has not registered', async () => {
    const { client, sent } = connect('shop', { sha256 });
    await expect(client.query(read)).rejects.toMatchObject({
      statusCode: 400,
      bodyText: expect.stringContaining('PERSISTED_QUERY_REQUIRED'),
    });
    expect(sent.map(({ hasText }) => hasText)).toEqual([false, true]);
  });
});
