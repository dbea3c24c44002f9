import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const run = promisify(execFile);
const generator = fileURLToPath(import.meta.resolve('@apollo/generate-persisted-query-manifest/cli.js'));

const application = await mkdtemp(join(tmpdir(), 'application-'));
afterAll(() => rm(application, { recursive: true }));

const title = `
  query Title($id: ID!) { book(id: $id) { ...Shown } }
  fragment Shown on Book { title author { name } }
`;
const rename = 'mutation Rename($title: String!) { rename(title: $title) { title } }';

/** An application's sources, as Apollo's own generator reads them. */
await mkdir(join(application, 'src'));
await writeFile(
  join(application, 'src/books.ts'),
  `import { gql } from '@apollo/client';
export const title = gql\`${title}\`;
export const rename = gql\`${rename}\`;
`,
);
await run(process.execPath, [generator], { cwd: application });
const text = await readFile(join(application, 'persisted-query-manifest.json'), 'utf8');
const manifest: { operations: { id: string; name: string; body: string }[] } = JSON.parse(text);

/** The manifest as it was generated, under the name of the client. */
const folder = join(application, 'operations');
await mkdir(folder);
await writeFile(join(folder, 'application.json'), text);

const book = { title: 'Emma', author: { name: 'Jane Austen' } };
const world = await startWorld({
  subgraphs: [
    {
      name: 'books',
      sdl: `
        type Query { book(id: ID!): Book }
        type Mutation { rename(title: String!): Book }
        type Book { title: String! author: Author! }
        type Author { name: String! }
      `,
      resolvers: {
        Query: { book: () => book },
        Mutation: {
          rename: (_root: unknown, { title: given }: { title: string }) => ({ ...book, title: given }),
        },
      },
    },
  ],
  config: { operations: { folder, mode: 'id-only' } },
});

const sent: string[] = [];
const watched: typeof fetch = async (input, init) => {
  sent.push(`${String(input)} ${String(init?.body ?? '')}`);
  return fetch(input, init);
};
const client = new ApolloClient({
  link: ApolloLink.from([
    new PersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest: () => manifest })),
    new HttpLink({ uri: `${world.url}/graphql`, fetch: watched }),
  ]),
  cache: new InMemoryCache(),
  clientAwareness: { name: 'application', version: '3.2.1' },
});
afterAll(() => client.stop());

describe('a manifest of Apollo’s own generator', () => {
  it('is taken as it is, and its client never sends a text', async () => {
    expect(manifest.operations.map(({ name }) => name)).toEqual(['Rename', 'Title']);
    const read = await client.query({ query: gql(title), variables: { id: '1' } });
    expect(read.data).toEqual({
      book: { __typename: 'Book', title: 'Emma', author: { __typename: 'Author', name: 'Jane Austen' } },
    });
    const written = await client.mutate({ mutation: gql(rename), variables: { title: 'Persuasion' } });
    expect(written.data).toEqual({ rename: { __typename: 'Book', title: 'Persuasion' } });
    expect(sent).toHaveLength(2);
    for (const [index, name] of ['Title', 'Rename'].entries()) {
      const id = manifest.operations.find((operation) => operation.name === name)?.id;
      expect(sent[index]).toContain(id);
      expect(sent[index]).not.toContain('book(');
      expect(sent[index]).not.toContain('rename(');
    }
  });

  it('refuses the same operation by its text, and an id that is not in the manifest', async () => {
    const headers = { 'apollographql-client-name': 'application' };
    const byText = await world.ask(manifest.operations[0]?.body ?? '', { headers });
    expect([byText.status, byText.errors?.[0]?.extensions.code]).toEqual([400, 'PERSISTED_QUERY_REQUIRED']);
    const unknown = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } }),
    });
    expect(await unknown.json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});
