import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const sdl = `
enum Shelf { READ UNREAD }
input Filter { shelf: Shelf! author: String }
type Query { books(filter: Filter, first: Int! = 3): [Book!]! mine: Book @authenticated }
type Mutation { add(title: String!): AddResult! }
type Book { id: ID! title: String! }
interface Trouble { code: String! message: String! }
type Taken implements Trouble { code: String! message: String! }
union AddResult = Book | Taken
`;
const resolvers = {
  Query: {
    books: (_root: unknown, given: object) => [{ id: '1', title: JSON.stringify(given) }],
    mine: () => ({ id: 'm', title: 'M' }),
  },
  Mutation: {
    add: (_root: unknown, { title }: { title: string }) =>
      title === 'taken'
        ? { __typename: 'Taken', code: 'CONFLICT', message: 'Taken.' }
        : { __typename: 'Book', id: '2', title },
  },
};

const folder = await mkdtemp(join(tmpdir(), 'tools-'));
afterAll(() => rm(folder, { recursive: true }));
const write = async (name: string, content: unknown) => {
  await writeFile(join(folder, `${name}.new`), JSON.stringify(content));
  await rename(join(folder, `${name}.new`), join(folder, name));
};
await write('agent.json', {
  b: 'query Books($filter: Filter, $first: Int! = 2) { books(filter: $filter, first: $first) { title } }',
  m: 'query Mine { mine { id } }',
  a: 'mutation Add($title: String!) { add(title: $title) { __typename ... on Book { id } ... on Trouble { code message } } }',
});
const tools = {
  list_books: { operation: 'Books', title: 'Books', description: 'All books.' },
  my_book: { operation: 'Mine', description: 'My book.' },
  add_book: { operation: 'Add', description: 'Adds one.', destructive: false },
  lost: { operation: 'Nothing', description: 'Is not registered.' },
};
await write('agent.tools.json', tools);

const issuer = await startIssuer();
const world = await startWorld({
  subgraphs: [{ name: 'books', sdl, resolvers }],
  config: {
    identity: trusting(issuer),
    operations: { folder, mode: 'id-only' },
    rest: { errorInterface: 'Trouble' },
    mcp: { name: 'Books' },
  },
});

const clients: Client[] = [];
afterAll(() => Promise.all(clients.map((client) => client.close())));

async function connect(headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp`), {
    requestInit: { headers },
  });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  clients.push(client);
  return client;
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe('the Model Context Protocol', () => {
  it('lists what is marked, with the arguments of each', async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: 'Books' });
    const { tools: listed } = await client.listTools();
    expect(listed.map(({ name }) => name)).toEqual(['list_books', 'my_book', 'add_book']);
    expect(listed[0]).toMatchObject({
      title: 'Books',
      annotations: { readOnlyHint: true },
      inputSchema: {
        type: 'object',
        properties: {
          filter: { anyOf: [{ $ref: '#/$defs/Filter' }, { type: 'null' }] },
          first: { type: 'integer' },
        },
        required: [],
        $defs: { Filter: { required: ['shelf'] }, Shelf: { enum: ['READ', 'UNREAD'] } },
      },
    });
    expect(listed[2]).toMatchObject({ annotations: { readOnlyHint: false, destructiveHint: false } });
  });

  it('runs a tool', async () => {
    const client = await connect();
    const result = await client.callTool({ name: 'list_books', arguments: { filter: { shelf: 'READ' } } });
    expect(result).toMatchObject({
      isError: false,
      structuredContent: { books: [{ title: '{"filter":{"shelf":"READ"},"first":2}' }] },
    });
    expect(await client.callTool({ name: 'add_book', arguments: { title: 'x' } })).toMatchObject({
      isError: false,
    });
  });

  it('tells the model of failures', async () => {
    const client = await connect();
    expect(await client.callTool({ name: 'add_book', arguments: { title: 'taken' } })).toMatchObject({
      isError: true,
      structuredContent: { add: { code: 'CONFLICT' } },
    });
    const before = world.fetches();
    expect(await client.callTool({ name: 'list_books', arguments: { first: 'x' } })).toMatchObject({
      isError: true,
    });
    await expect(client.callTool({ name: 'list_books', arguments: { other: 1 } })).rejects.toThrow(
      'no argument other',
    );
    await expect(client.callTool({ name: 'lost' })).rejects.toThrow('no such tool');
    expect(world.fetches()).toBe(before);
  });

  it('holds to access, by the same tokens', async () => {
    expect(await (await connect()).callTool({ name: 'my_book' })).toMatchObject({ isError: true });
    const known = await connect(await issuer.bearer());
    expect(await known.callTool({ name: 'my_book' })).toMatchObject({
      structuredContent: { mine: { id: 'm' } },
    });
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'my_book' } };
    const refused = await post(call, { authorization: 'Bearer a.b.c' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it.each([
    ['another origin', ping, { origin: 'https://evil.example' }, 403],
    ['no JSON', '{', {}, 400],
    ['a text', ping, { 'content-type': 'text/plain' }, 415],
    ['a batch', [ping], {}, 400],
    ['another protocol version', ping, { 'mcp-protocol-version': '1999-01-01' }, 400],
    ['an unknown method', { ...ping, method: 'resources/list' }, {}, 200],
  ])('refuses %s', async (_name, body, headers, status) => {
    const response = await post(body, headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: expect.any(Number) } });
  });

  it('takes notifications, and offers no stream', async () => {
    expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
    expect((await post(ping, { origin: world.url })).status).toBe(200);
    const stream = await fetch(`${world.url}/mcp`, { headers: { accept: 'text/event-stream' } });
    expect([stream.status, stream.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
