import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { createTrafficStore } from '../../src/recording/traffic-store.ts';
import { compose, type SubgraphDefinition, startSubgraph, startWorld } from '../world.ts';

const sdl = `type Query { books(filter: Filter, order: Order = TITLE): [Book!]! dead: Int quiet: Int spare: Int unionised: Item }
  input Filter { title: String year: Int }
  enum Order { TITLE YEAR }
  union Item = Book | Pen
  type Pen { ink: String }
  type Book { id: ID! title: String year: Int pages: Int }`;
const books: SubgraphDefinition = {
  name: 'books',
  sdl,
  resolvers: {
    Item: { __resolveType: () => 'Pen' },
    Query: {
      books: () => [{ id: '1', title: 'Emma', year: 1815, pages: 400 }],
      quiet: () => 1,
      spare: () => 2,
      unionised: () => ({ ink: 'blue' }),
    },
  },
};

const folder = await mkdtemp(join(tmpdir(), 'schema-checks-'));
const prefix = `traffic-${randomUUID()}`;
const redis = new Redis(redisUrlOf());
afterAll(async () => {
  await rm(folder, { recursive: true });
  const keys = await redis.keys(`{${prefix}:traffic}:*`);
  if (keys.length > 0) await redis.del(...keys);
  await redis.quit();
});
const registered = 'query Registered { quiet }';
await writeFile(join(folder, 'app.json'), JSON.stringify({ 'sha256:r': registered }));
const config = {
  operations: { folder, recordTraffic: {}, clients: { web: {}, app: {} } },
};
const environment = { REDIS_URL: redisUrlOf(), QUEUE_PREFIX: prefix };
const world = await startWorld({ subgraphs: [books], config, environment });
const configFile = join(folder, 'gateway.conf');
await writeFile(configFile, JSON.stringify({ ...config, supergraph: world.supergraphFile }));

const send = async (query: string, variables: object, client: string, version: string) => {
  const headers = { 'apollographql-client-name': client, 'apollographql-client-version': version };
  const answer = await world.ask(query, { variables, headers });
  expect(answer.errors).toBeUndefined();
};
const search =
  'query Search($filter: Filter) { books(filter: $filter) { title ...Pages } } fragment Pages on Book { pages }';
for (let round = 0; round < 3; round++) await send(search, { filter: { title: 'E' } }, 'web', '2.1.0');
await send(search, { filter: null }, 'web', '2.0.0');
await send('{ books(order: YEAR) { id } }', {}, 'made-up', '9');
await send(registered, {}, 'app', '1.0.0');

const store = createTrafficStore({
  url: redisUrlOf(),
  prefix,
  keepDays: 30,
  perDay: 20_000,
  now: () => new Date(),
});
afterAll(() => store.stop());
const recorded = async () => {
  for (let round = 0; round < 150; round++) {
    const traffic = await store.read(2).catch(() => null);
    if (traffic && traffic.operations.length >= 3) return traffic;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Nothing was recorded within 15 s.');
};
const traffic = await recorded();

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../src/operations/command.ts', import.meta.url));
const operations = async (...parameters: string[]) => {
  const { PATH } = process.env;
  const options = { env: { ...environment, PATH, NODE_ENV: 'test' } };
  try {
    const { stdout } = await run(process.execPath, [command, ...parameters, '--config', configFile], options);
    return { code: 0, text: stdout };
  } catch (error) {
    const { stderr, code } = error as { stderr: string; code: number };
    return { code, text: stderr };
  }
};

/** What the check says of the schema with a part of it replaced. */
const changed = async (replace: Readonly<Record<string, string>>, ...more: string[]) => {
  const text = Object.entries(replace).reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replace(from, to);
  }, sdl);
  const subgraph = await startSubgraph({ ...books, sdl: text, resolvers: {} });
  const file = join(folder, `${randomUUID()}.graphql`);
  await writeFile(file, compose([subgraph]));
  await subgraph.stop();
  return operations('check-schema', file, ...more);
};

describe('recorded traffic', () => {
  it('knows each operation, who sent it, how often, and what its variables held', () => {
    const named = traffic.operations.find(({ name }) => name === 'Search');
    expect(named?.sent).toEqual(['Filter', 'Filter.title']);
    expect(named?.uses.map(({ client, version, count }) => [client, version, count])).toEqual([
      ['web', '2.1.0', 3],
      ['web', '2.0.0', 1],
    ]);
    const unnamed = traffic.operations.find(({ name }) => name === null);
    expect(unnamed?.uses).toMatchObject([{ client: 'other', count: 1 }]);
    expect(traffic.operations).toHaveLength(3);
  });

  it('is shown by operation and by field', async () => {
    expect((await operations('traffic')).text).toMatch(/3 {2}Search \w{12} {2}web 2\.1\.0/);
    const { text } = await operations('traffic', '--fields');
    expect(text).toMatch(/ 5 {2}Query\.books\n/);
    expect(text).toMatch(/ 4 {2}Book\.pages\n/);
    expect(text).toMatch(/ 4 {2}Filter\.title\n/);
    expect(text).toMatch(/ 1 {2}Order\.YEAR\n/);
    expect(text).not.toMatch(/Filter\.year|Query\.spare/);
  });

  it('keeps a bounded number of uses in a day', async () => {
    const narrow = createTrafficStore({
      url: redisUrlOf(),
      prefix: `${prefix}-narrow`,
      keepDays: 1,
      perDay: 3,
      now: () => new Date(),
    });
    const uses = [{ client: 'c', version: '1', count: 1, lastSeenAt: new Date().toISOString() }];
    const seen = Array.from({ length: 10 }, (_, index) => ({
      hash: `h${index}`,
      name: null,
      body: '{ a }',
      sent: [],
      uses,
    }));
    await narrow.write(seen);
    await narrow.write(seen);
    const kept = await narrow.read(1);
    narrow.stop();
    expect(kept.operations).toHaveLength(3);
    expect(kept.operations.every(({ uses: [use] }) => use?.count === 2)).toBe(true);
    const keys = await redis.keys(`{${prefix}-narrow:traffic}:*`);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
    await redis.del(...keys);
  });
});

describe('a change of schema', () => {
  const exported = join(folder, 'traffic.export');
  beforeAll(async () => {
    expect((await operations('export-traffic', exported)).code).toBe(0);
  });

  it('is safe where no known operation uses what breaks', async () => {
    expect(JSON.parse(await readFile(exported, 'utf8'))).toMatchObject({
      format: 'studymate-recorded-traffic',
    });
    for (const from of ['redis', exported]) {
      const answer = await changed({ ' spare: Int': '', 'year: Int }': '}' }, '--traffic', from);
      expect(answer).toMatchObject({ code: 0 });
      expect(answer.text).toContain("Field 'spare' was removed from object type 'Query': safe by usage");
      expect(answer.text).toContain("'year' was removed from input object type 'Filter': safe by usage");
    }
  });

  it('without recorded traffic is unsafe when it breaks anything at all', async () => {
    const answer = await changed({ ' spare: Int': '' });
    expect(answer.code).toBe(1);
    expect(answer.text).toContain('without --traffic nobody knows');
    expect(await changed({ 'dead: Int': 'dead: Int fresh: Int' })).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'a field that is selected in a fragment',
      { ' pages: Int': '' },
      'Search',
      'web 2.1.0 (3 times), web 2.0.0 (1 times)',
    ],
    ['the type of a selected field', { 'pages: Int': 'pages: String' }, 'Search', 'web 2.1.0'],
    [
      'an input field that was sent in a variable',
      { 'title: String year: Int }': 'year: Int }' },
      'Search',
      'web',
    ],
    ['an enum value that was sent', { 'TITLE YEAR }': 'TITLE }' }, 'unnamed', 'other'],
    [
      'an argument that becomes required',
      { 'filter: Filter,': 'filter: Filter, shop: ID!,' },
      'Search',
      'web',
    ],
    [
      'an input field that becomes required',
      { 'input Filter {': 'input Filter { shop: ID!' },
      'Search',
      'web',
    ],
    ['a field of a registered operation', { ' quiet: Int': '' }, 'Registered', 'app (registered, version 0)'],
  ])('names who loses %s', async (_name, replace, operation, sender) => {
    const answer = await changed(replace, '--traffic', exported);
    expect(answer.code).toBe(1);
    expect(answer.text).toMatch(new RegExp(`✗ breaks ${operation} `));
    expect(answer.text).toContain(sender);
  });

  it('that is dangerous only is told and let through', async () => {
    const answer = await changed({ 'TITLE YEAR }': 'TITLE YEAR PAGES }' }, '--traffic', exported);
    expect(answer).toMatchObject({ code: 0 });
    expect(answer.text).toContain("! Enum value 'PAGES' was added");
    const member = await changed({ 'Item = Book | Pen': 'Item = Book' }, '--traffic', exported);
    expect(member).toMatchObject({ code: 0 });
  });
});
