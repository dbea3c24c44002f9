import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const sdl = `type Query { book(id: ID!): Book secret: String @authenticated all: [Book!]! }
type Mutation { rename(id: ID!, title: String!): Book }
type Book { id: ID! title: String! notes: String @requiresScopes(scopes: [["study:read"]]) next: Book }`;
const bookOf = (id: string) => ({ id, title: `Title of ${id}`, notes: 'n', next: () => bookOf(`${id}+`) });
const resolvers = {
  Query: {
    book: (_root: unknown, { id }: { id: string }) => bookOf(id),
    secret: () => 'hidden',
    all: () => [bookOf('1')],
  },
  Mutation: {
    rename: (_root: unknown, { id, title }: { id: string; title: string }) => ({ ...bookOf(id), title }),
  },
};

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const bodies = {
  Book: 'query Book($id: ID!) { book(id: $id) { id title } }',
  Notes: 'query Notes { book(id: "1") { ...N } } fragment N on Book { notes }',
  Rename: 'mutation Rename($id: ID!, $title: String!) { rename(id: $id, title: $title) { title } }',
  Deep: `query Deep { book(id: "1") ${'{ next '.repeat(12)} { id } ${'}'.repeat(12)} }`,
};

const folder = await mkdtemp(join(tmpdir(), 'operations-'));
afterAll(() => rm(folder, { recursive: true }));
const write = async (name: string, content: unknown) => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
};
// The two forms that clients' own tools write. Apollo's ids are hashes of a text with __typename, not of the body.
await write('web.json', {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    { id: 'a'.repeat(64), name: 'Book', type: 'query', body: bodies.Book },
    { id: 'b'.repeat(64), name: 'Notes', type: 'query', body: bodies.Notes },
    { id: 'c'.repeat(64), name: 'Rename', type: 'mutation', body: bodies.Rename },
    { id: 'd'.repeat(64), name: 'Deep', type: 'query', body: bodies.Deep },
  ],
});
await write('partner.json', { [`sha256:${sha(bodies.Book)}`]: bodies.Book });

const issuer = await startIssuer();
const world = await startWorld({
  subgraphs: [{ name: 'books', sdl, resolvers }],
  config: {
    identity: trusting(issuer),
    limits: { depth: 8, tokens: 400 },
    operations: {
      folder,
      mode: 'safelist',
      automaticCache: { entries: 60 },
      clients: {
        partner: { mode: 'id-only', automatic: true },
        own: { mode: 'off', automatic: true },
        studio: { mode: 'off' },
        watched: { mode: 'log-unregistered', automatic: true },
      },
    },
  },
});

interface Answered {
  readonly status: number;
  readonly data?: unknown;
  readonly codes: unknown[];
  readonly messages: string[];
}

async function readAnswer(response: Response): Promise<Answered> {
  const { data, errors = [] } = (await response.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return {
    status: response.status,
    data,
    codes: errors.map(({ extensions }) => extensions.code),
    messages: errors.map(({ message }) => message),
  };
}

const headersOf = (client: string | null): Record<string, string> =>
  client === null ? {} : { 'apollographql-client-name': client };
const post = async (client: string | null, body: object, headers: Record<string, string> = {}) =>
  readAnswer(
    await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(client), ...headers },
      body: JSON.stringify(body),
    }),
  );
const get = async (
  client: string | null,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  readAnswer(
    await fetch(`${world.url}/graphql?${new URLSearchParams(parameters)}`, {
      headers: { ...headersOf(client), ...headers },
    }),
  );
const hashed = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const preflight = { 'apollo-require-preflight': '1' };
const book1 = { book: { id: '1', title: 'Title of 1' } };
const variables = { id: '1' };

describe('registered operations', () => {
  it.each([
    ['documentId', 'partner', { documentId: `sha256:${sha(bodies.Book)}` }],
    ['documentId without its prefix', 'partner', { documentId: sha(bodies.Book) }],
    ["Apollo's hash", 'partner', hashed(sha(bodies.Book))],
    ['an id that is no hash of the body', 'web', hashed('a'.repeat(64))],
    ['an id and a name', 'web', { ...hashed('a'.repeat(64)), operationName: 'Book' }],
    ['an id, from nobody in particular', null, { documentId: 'a'.repeat(64) }],
  ])('runs by %s', async (_name, client, request) => {
    expect(await post(client, { ...request, variables })).toMatchObject({ status: 200, data: book1 });
  });

  it('runs by GET with the CSRF rules kept', async () => {
    const parameters = {
      extensions: JSON.stringify(hashed('a'.repeat(64)).extensions),
      variables: JSON.stringify(variables),
    };
    expect(await get('web', parameters, preflight)).toMatchObject({ status: 200, data: book1 });
    // The client's name is itself a header that other sites cannot send unasked; without any it is refused.
    expect((await get(null, parameters)).status).toBe(400);
    expect(
      (await get(null, { documentId: 'a'.repeat(64), variables: '{"id":"1"}' }, preflight)).data,
    ).toEqual(book1);
  });

  it('runs no mutation by GET', async () => {
    const parameters = { documentId: 'c'.repeat(64), variables: '{"id":"1","title":"x"}' };
    expect((await get('web', parameters, preflight)).status).toBe(405);
    expect(
      (await post('web', { documentId: 'c'.repeat(64), variables: { id: '1', title: 'x' } })).data,
    ).toEqual({
      rename: { title: 'x' },
    });
  });

  it("answers only the client's own ids", async () => {
    const other = await post('partner', { documentId: 'a'.repeat(64), variables });
    expect(other).toMatchObject({ status: 400, codes: ['PERSISTED_QUERY_NOT_FOUND'] });
    expect(await post('nobody', hashed('a'.repeat(64)))).toMatchObject({
      codes: ['PERSISTED_QUERY_NOT_SUPPORTED'],
    });
    expect(await post('web', hashed('f'.repeat(64)))).toMatchObject({
      status: 200,
      messages: ['PersistedQueryNotFound'],
      codes: ['PERSISTED_QUERY_NOT_FOUND'],
    });
  });

  it('holds to access and limits all the same', async () => {
    const refused = await post('web', { documentId: 'b'.repeat(64) });
    expect(refused).toMatchObject({ data: { book: { notes: null } }, codes: ['UNAUTHENTICATED'] });
    const allowed = await post('web', { documentId: 'b'.repeat(64) }, await issuer.bearer());
    expect(allowed.data).toEqual({ book: { notes: 'n' } });
    expect(await post('web', { documentId: 'b'.repeat(64) })).toEqual(refused);
    const before = world.fetches();
    expect((await post('web', { documentId: 'd'.repeat(64) })).codes).toEqual(['OPERATION_TOO_COMPLEX']);
    expect((await get('web', { documentId: 'd'.repeat(64) }, preflight)).codes).toEqual([
      'OPERATION_TOO_COMPLEX',
    ]);
    expect((await post('web', { documentId: 'a'.repeat(64) })).codes).toEqual(['BAD_USER_INPUT']);
    expect(world.fetches()).toBe(before);
  });

  it('is planned before anybody asks', async () => {
    await post('web', { documentId: 'c'.repeat(64), variables: { id: '1', title: 'x' } });
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    const labels = 'operation="Rename",client="web",client_version="none",status="200"';
    expect(metrics).toContain(`gateway_requests_total{${labels},lane="known",protocol="http"}`);
    expect(metrics).not.toContain(`gateway_requests_total{${labels},lane="new",protocol="http"}`);
  });
});

describe('modes', () => {
  const query = 'query Other { all { id } }';
  // Says the same as what is registered, in another form.
  const rewritten = '# mine\n fragment N on Book{notes} query Notes{book(id:"1",){...N}}';

  it('allows registered texts only, in any form, to a client that is held to the safelist', async () => {
    expect((await post('web', { query: bodies.Book, variables })).data).toEqual(book1);
    expect((await post('web', { query: rewritten }, await issuer.bearer())).data).toEqual({
      book: { notes: 'n' },
    });
    for (const client of ['web', null, 'made-up']) {
      const before = world.fetches();
      expect(await post(client, { query })).toMatchObject({
        status: 400,
        codes: ['PERSISTED_QUERY_REQUIRED'],
      });
      expect((await get(client, { query }, preflight)).codes).toEqual(['PERSISTED_QUERY_REQUIRED']);
      expect((await post(client, { query, ...hashed(sha(query)) })).codes).toEqual([
        'PERSISTED_QUERY_REQUIRED',
      ]);
      expect((await post(client, { query: '{ __schema { types { name } } }' })).codes).toEqual([
        'PERSISTED_QUERY_REQUIRED',
      ]);
      expect(world.fetches()).toBe(before);
    }
  });

  it('takes no text from a client that is held to ids, not even a registered one', async () => {
    expect((await post('partner', { query: bodies.Book, variables })).codes).toEqual([
      'PERSISTED_QUERY_REQUIRED',
    ]);
    expect((await post('partner', { query, ...hashed(sha(query)) })).codes).toEqual([
      'PERSISTED_QUERY_REQUIRED',
    ]);
    expect((await post('partner', hashed(sha(query)))).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    const swapped = { query: '{ secret }', documentId: `sha256:${sha(bodies.Book)}`, variables };
    expect((await post('partner', swapped)).data).toEqual(book1);
  });

  it('leaves other clients alone, watched or not', async () => {
    for (const client of ['studio', 'watched']) {
      expect((await post(client, { query })).data).toEqual({ all: [{ id: '1' }] });
    }
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/unregistered_operations_total\{client="watched",outcome="answered"\} 1/);
  });
});

describe('automatic persisted queries', () => {
  it('keeps a text under its hash, for those who may', async () => {
    const query = '{ all { title } }';
    expect((await post('own', hashed(sha(query)))).messages).toEqual(['PersistedQueryNotFound']);
    expect((await post('own', { query, ...hashed(sha(query)) })).data).toEqual({
      all: [{ title: 'Title of 1' }],
    });
    expect((await post('own', hashed(sha(query)))).data).toEqual({ all: [{ title: 'Title of 1' }] });
    expect((await post('studio', hashed(sha(query)))).messages).toEqual(['PersistedQueryNotSupported']);
    expect((await post('web', hashed(sha(query)))).messages).toEqual(['PersistedQueryNotFound']);
  });

  it('refuses a wrong hash and other versions', async () => {
    const query = '{ all { title id } }';
    expect(await post('own', { query, ...hashed(sha('{ x }')) })).toMatchObject({ status: 400 });
    expect((await post('own', hashed(sha('{ x }')))).messages).toEqual(['PersistedQueryNotFound']);
    const extensions = { persistedQuery: { version: 2, sha256Hash: sha(query) } };
    expect(await post('own', { query, extensions })).toMatchObject({
      status: 400,
      codes: ['BAD_USER_INPUT'],
    });
  });

  it('keeps a bounded number of texts', async () => {
    const first = '{ all { id } } # first';
    await post('own', { query: first, ...hashed(sha(first)) });
    await Promise.all(
      Array.from({ length: 80 }, (_, index) => {
        const query = `{ all { id } } # ${index}`;
        return post('own', { query, ...hashed(sha(query)) });
      }),
    );
    expect((await post('own', hashed(sha(first)))).messages).toEqual(['PersistedQueryNotFound']);
  });
});

describe('the folder', () => {
  const until = async (check: () => Promise<boolean>) => {
    for (let round = 0; round < 50; round++) {
      if (await check()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('It did not come about within 5 s.');
  };
  const answers = async (client: string, documentId: string) =>
    (await post(client, { documentId, variables })).status === 200;

  it('is followed while the gateway runs; what cannot be read changes nothing', async () => {
    await write('late.json', { one: 'query L { all { id } }' });
    await until(() => answers('late', 'one'));
    await write('late.json', '{ "one": ');
    await write('later.json', { two: 'query L { all { id } }' });
    await until(() => answers('later', 'two'));
    expect(await answers('late', 'one')).toBe(true);
    await rm(join(folder, 'later.json'));
    await until(async () => !(await answers('later', 'two')));
  });
});
