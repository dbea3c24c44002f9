import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const sdl = `
scalar Moment
enum Shelf { READ UNREAD }
type Query {
  "One book."
  book(id: ID!): Book
  books(shelf: Shelf, pages: Int, rating: Float, open: Boolean, tags: [String!], filter: Filter): [Book!]!
  broken: Book
  mine: Book @authenticated
  thing(id: ID!): Thing
}
union Thing = Book | Loan | Film
type Film { title: String! id: ID! }
input Filter { author: String, years: [Int!] }
input NewBook { title: String!, tags: [String!], key: String }
type Mutation {
  addBook(input: NewBook!): AddBookResult!
  rate(id: ID!, stars: Int!, comment: String): RateResult!
  removeBook(id: ID!): Book
}
"A book."
type Book @key(fields: "id") { id: ID! title: String! shelf: Shelf pages: Int loans: [Loan!]! readAt: Moment }
type Loan { to: String! }
interface Trouble { code: String! message: String! path: [String!] }
type Invalid implements Trouble { code: String! message: String! path: [String!] constraint: String }
type Conflict implements Trouble { code: String! message: String! path: [String!] currentVersion: Int }
union AddBookResult = Book | Invalid | Conflict
union RateResult = Book | Conflict
`;
const bookOf = (id: string, title = `Title of ${id}`) => ({
  id,
  title,
  shelf: 'READ',
  pages: 3,
  loans: [{ to: 'Ada' }],
});
let edition = 1;
const resolvers = {
  Query: {
    book: (_root: unknown, { id }: { id: string }) => (id === 'none' ? null : bookOf(id, `${id} ${edition}`)),
    books: (_root: unknown, given: object) => [bookOf('1', JSON.stringify(given))],
    broken: () => {
      throw new Error('postgres://secret');
    },
    mine: () => bookOf('mine'),
    thing: (_root: unknown, { id }: { id: string }) =>
      id === 'loan' ? { __typename: 'Loan', to: 'Ada' } : { __typename: id, ...bookOf(id) },
  },
  Mutation: {
    addBook: (_root: unknown, { input }: { input: { title: string; key?: string } }) => {
      if (input.title === '') {
        return {
          __typename: 'Invalid',
          code: 'VALIDATION',
          message: 'No title.',
          path: ['input', 'title'],
          constraint: 'min',
        };
      }
      if (input.title === 'taken') {
        return { __typename: 'Conflict', code: 'CONFLICT', message: 'Taken.', path: null, currentVersion: 7 };
      }
      return { __typename: 'Book', ...bookOf(input.key ?? 'new', input.title) };
    },
    rate: (_root: unknown, { id, stars, comment }: { id: string; stars: number; comment?: string }) => ({
      __typename: 'Book',
      ...bookOf(id, `${stars} ${comment}`),
    }),
    removeBook: () => null,
  },
};

const folder = await mkdtemp(join(tmpdir(), 'rest-'));
afterAll(() => rm(folder, { recursive: true }));
const write = async (name: string, content: unknown) => {
  await writeFile(join(folder, `${name}.new`), JSON.stringify(content));
  await rename(join(folder, `${name}.new`), join(folder, name));
};
await write('partner.json', {
  b: 'query Book($id: ID!) { book(id: $id) { ...Page loans { to } } } fragment Page on Book { id title }',
  bs: `query Books($shelf: Shelf, $pages: Int = 5, $rating: Float, $open: Boolean, $tags: [String!], $filter: Filter) {
    books(shelf: $shelf, pages: $pages, rating: $rating, open: $open, tags: $tags, filter: $filter) { title }
  }`,
  x: 'query Broken { broken { id } }',
  m: 'query Mine { own: mine { id readAt shelf } }',
  a: 'mutation AddBook($input: NewBook!) { addBook(input: $input) { ... on Book { id title } ... on Conflict { currentVersion } } }',
  r: 'mutation Rate($id: ID!, $stars: Int!, $comment: String) { rate(id: $id, stars: $stars, comment: $comment) { __typename ... on Book { title } } }',
  d: 'mutation Remove($id: ID!) { removeBook(id: $id) { id } }',
  t: 'query Thing($id: ID!) { thing(id: $id) { __typename ... on Book { id title } ... on Film { id title } } }',
  two: 'query Two { mine { id } broken { id } }',
});
const routes = {
  'GET /v1/books/{id}': { operation: 'Book', summary: 'Read <one> book' },
  'GET /v1/books': { operation: 'Books' },
  'GET /v1/books/mine': { operation: 'Mine' },
  'GET /v1/broken': { operation: 'Broken' },
  'POST /v1/books': { operation: 'AddBook', status: 201, headers: { 'Idempotency-Key': 'input.key' } },
  'PUT /v1/books/{id}/rating': { operation: 'Rate' },
  'DELETE /v1/books/{id}': { operation: 'Remove' },
  'GET /v2/things/{id}': { operation: 'Thing' },
  'GET /v2/books/{id}': { operation: 'Book' },
  'GET /v1/two': { operation: 'Two' },
  'GET /v1/add': { operation: 'AddBook' },
};
await write('partner.rest.json', routes);

const issuer = await startIssuer();
const world = await startWorld({
  subgraphs: [{ name: 'books', sdl, resolvers }],
  config: {
    identity: trusting(issuer),
    errors: 'known-codes',
    operations: { folder, mode: 'id-only' },
    rest: { title: 'Books & more', errorInterface: 'Trouble' },
  },
});

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

async function send(
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const { body, headers = {} } = options;
  const response = await fetch(`${world.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: /^[[{]/.test(text) ? JSON.parse(text) : {},
  };
}
const get = (path: string, headers: Record<string, string> = {}) => send('GET', path, { headers });

const expectProblem = (answer: Answered, status: number, code: string) => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({
    status,
    code,
    type: expect.any(String),
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(answer.status).toBe(status);
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
};

describe('a route', () => {
  it('answers the data of its one field', async () => {
    const answer = await get('/v1/books/42');
    const title = expect.stringMatching(/^42 \d+$/);
    expect(answer).toMatchObject({ status: 200, body: { id: '42', title, loans: [{ to: 'Ada' }] } });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((await get('/v1/books/a%2Fb%20c')).body.id).toBe('a/b c');
    expect((await get('/v2/books/42')).status).toBe(200);
  });

  it('reads parameters by their type', async () => {
    const given = async (search: string) =>
      JSON.parse(((await get(`/v1/books?${search}`)).body as never as [{ title: string }])[0].title);
    expect(await given('')).toEqual({ pages: 5 });
    expect(await given('shelf=UNREAD&pages=-7&rating=4.5&open=true&tags=a&tags=b')).toEqual({
      shelf: 'UNREAD',
      pages: -7,
      rating: 4.5,
      open: true,
      tags: ['a', 'b'],
    });
    expect(await given('filter[author]=Ada&filter[years]=1843&filter[years]=1852')).toMatchObject({
      filter: { author: 'Ada', years: [1843, 1852] },
    });
  });

  it.each([
    ['pages=x'],
    ['pages=1.5'],
    ['pages=99999999999'],
    ['pages=1&pages=2'],
    ['rating=NaN'],
    ['open=yes'],
    ['shelf=LOST'],
    ['nothing=1'],
    ['filter=x'],
    ['filter[nothing]=x'],
    ['tags=%00'],
  ])('refuses ?%s before anything is fetched', async (search) => {
    const before = world.fetches();
    expectProblem(await get(`/v1/books?${search}`), 400, 'BAD_USER_INPUT');
    expect(world.fetches()).toBe(before);
  });

  it('takes a body for its input, or for its variables', async () => {
    const added = await send('POST', '/v1/books', {
      body: { title: 'New' },
      headers: { 'idempotency-key': 'k-1' },
    });
    expect(added).toMatchObject({ status: 201, body: { id: 'k-1', title: 'New' } });
    expect(
      (
        await send('POST', '/v1/books', {
          body: { title: 'New', key: 'own' },
          headers: { 'idempotency-key': 'k-1' },
        })
      ).body.id,
    ).toBe('own');
    const rated = await send('PUT', '/v1/books/9/rating', { body: { stars: 4, comment: 'fine' } });
    expect(rated).toMatchObject({ status: 200, body: { title: '4 fine' } });
    expect((await send('DELETE', '/v1/books/9')).status).toBe(204);
  });

  it.each([
    ['no body', undefined, {}, 400],
    ['another member', { stars: 1, id: 'other' }, {}, 400],
    ['a list', [1], {}, 400],
    ['a wrong type', { stars: 'x' }, {}, 400],
    ['broken JSON', '{"stars":', {}, 400],
    ['a form', 'stars=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a NUL', { stars: 1, comment: '\u0000' }, {}, 400],
  ])('refuses %s', async (_name, body, headers, status) => {
    expectProblem(await send('PUT', '/v1/books/9/rating', { body, headers }), status, 'BAD_USER_INPUT');
  });

  it('tells failures as problems', async () => {
    const invalid = await send('POST', '/v1/books', { body: { title: '' } });
    expectProblem(invalid, 422, 'VALIDATION');
    expect(invalid.body).toMatchObject({ detail: 'No title.', path: ['input', 'title'] });
    const taken = await send('POST', '/v1/books', { body: { title: 'taken' } });
    expectProblem(taken, 409, 'CONFLICT');
    expect(taken.body).toMatchObject({ currentVersion: 7 });
    expectProblem(await get('/v1/books/none'), 404, 'NOT_FOUND');
    expectProblem(await get('/v1/nothing'), 404, 'NOT_FOUND');
    const method = await send('PATCH', '/v1/books', { body: {} });
    expectProblem(method, 405, 'BAD_USER_INPUT');
    expect(method.headers.get('allow')).toBe('GET, POST');
  });

  it('does not find what is of another type than those it reads', async () => {
    expect((await get('/v2/things/Film')).body).toEqual({
      __typename: 'Film',
      id: 'Film',
      title: 'Title of Film',
    });
    expectProblem(await get('/v2/things/loan'), 404, 'NOT_FOUND');
    const { paths } = (await get('/v2/openapi.json')).body as {
      paths: Record<string, { get: { responses: object } }>;
    };
    expect(paths['/v2/things/{id}']?.get.responses).toMatchObject({
      200: {
        content: {
          'application/json': {
            schema: { type: 'object', properties: { __typename: { enum: ['Book', 'Film'] } } },
          },
        },
      },
    });
  });

  it('masks what it must', async () => {
    const answer = await get('/v1/broken');
    expectProblem(answer, 500, 'INTERNAL');
    expect(answer.text).not.toContain('postgres');
  });

  it('holds to access, by the same tokens', async () => {
    const refused = await get('/v1/books/mine');
    expectProblem(refused, 401, 'UNAUTHENTICATED');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expectProblem(await get('/v1/books/mine', { authorization: 'Bearer x.y.z' }), 401, 'UNAUTHENTICATED');
    expect((await get('/v1/books/mine', await issuer.bearer())).body).toEqual({
      id: 'mine',
      readAt: null,
      shelf: 'READ',
    });
  });

  it('has an entity tag on what it reads', async () => {
    const first = await get('/v1/books/7');
    const tag = String(first.headers.get('etag'));
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const same = await get('/v1/books/7', { 'if-none-match': `"other", W/${tag}` });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', tag]);
    edition = 2;
    expect(await get('/v1/books/7', { 'if-none-match': tag })).toMatchObject({
      status: 200,
      body: { title: '7 2' },
    });
    expect((await get('/v1/books/none', { 'if-none-match': '*' })).status).toBe(404);
  });
});

describe('the description', () => {
  it('is valid OpenAPI 3.1, with what each route takes and answers', async () => {
    const { body, text } = await get('/v1/openapi.json');
    const result = await new Validator().validate(JSON.parse(text));
    expect(result).toMatchObject({ valid: true });
    const paths = body.paths as Record<
      string,
      Record<string, { parameters: object[]; requestBody: object; responses: Record<string, never> }>
    >;
    expect(Object.keys(paths).sort()).toEqual([
      '/v1/books',
      '/v1/books/mine',
      '/v1/books/{id}',
      '/v1/books/{id}/rating',
      '/v1/broken',
    ]);
    expect(paths['/v1/books/{id}']?.get?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(paths['/v1/books']?.post?.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewBook' } } },
    });
    expect(paths['/v1/books']?.post?.responses['201']).toMatchObject({
      content: { 'application/json': { schema: { properties: { __typename: { const: 'Book' } } } } },
    });
    expect(JSON.stringify(paths)).not.toContain('currentVersion');
    const { components } = body as { components: { schemas: Record<string, object> } };
    expect(components.schemas.Shelf).toMatchObject({ enum: ['READ', 'UNREAD'] });
    expect(components.schemas.NewBook).toMatchObject({ required: ['title'] });
  });

  it('is a page that needs nothing from anywhere', async () => {
    const { text, headers } = await get('/v1/docs');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('Books &amp; more');
    expect(text).toContain('Read &lt;one&gt; book');
    expect(text).not.toMatch(/<script|<link|src=/);
  });

  it('has the routes of its version', async () => {
    expect(Object.keys((await get('/v2/openapi.json')).body.paths as object)).toEqual([
      '/v2/things/{id}',
      '/v2/books/{id}',
    ]);
    expect((await get('/v3/openapi.json')).status).toBe(404);
  });
});

describe('the marks', () => {
  it('are followed, and make no route of what cannot be one', async () => {
    for (const path of ['/v1/two', '/v1/add']) expect((await get(path)).status).toBe(404);
    const untilLateIs = async (status: number) => {
      while ((await get('/v1/late/1')).status !== status) await new Promise((tick) => setTimeout(tick, 100));
    };
    await write('partner.rest.json', { ...routes, 'GET /v1/late/{id}': { operation: 'Book' } });
    await untilLateIs(200);
    expect((await get('/v1/late/1')).body.id).toBe('1');
    expect(Object.keys((await get('/v1/openapi.json')).body.paths as object)).toContain('/v1/late/{id}');
    await write('partner.rest.json', routes);
    await untilLateIs(404);
  });
});
