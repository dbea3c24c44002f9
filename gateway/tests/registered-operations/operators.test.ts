import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const books = {
  name: 'books',
  sdl: 'type Query { book: Book } type Book { id: ID! title: String }',
  resolvers: { Query: { book: () => ({ id: '1', title: 'Emma' }) } },
};
const folder = await mkdtemp(join(tmpdir(), 'operators-'));
const kept = join(folder, 'kept');
await writeFile(join(folder, 'web.json'), JSON.stringify({ deployed: 'query Deployed { book { id } }' }));
const issuer = await startIssuer();
const prefix = `operators-${randomUUID()}`;
afterAll(async () => {
  await rm(folder, { recursive: true });
  const redis = new Redis(redisUrlOf());
  await redis.del(`{${prefix}:registrations}:versions`, `{${prefix}:registrations}:histories`);
  await redis.quit();
});

const configOf = (operators: object) => ({
  identity: trusting(issuer),
  operations: { folder, mode: 'id-only' },
  operators: { scope: 'operations:write', ...operators },
});
const start = (operators: object, environment: NodeJS.ProcessEnv) =>
  startWorld({ subgraphs: [books], config: configOf(operators), environment });
const overRedis = { REDIS_URL: redisUrlOf(), QUEUE_PREFIX: prefix };
const replicas = {
  redis: [await start({}, overRedis), await start({}, overRedis)],
  folder: [await start({ folder: kept }, {}), await start({ folder: kept }, {})],
} as const;
const away = await start({}, { REDIS_URL: 'redis://127.0.0.1:21299', QUEUE_PREFIX: prefix });

type World = (typeof replicas.redis)[0];
interface Answered {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; extensions: { code: string } }[];
}
const post = async (url: string, body: object, headers: Record<string, string>): Promise<Answered> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as object) };
};
const operator = () => issuer.bearer({ sub: 'us_operator', scope: 'operations:write', roles: ['ADMIN'] });
const operate = async (world: World, query: string, variables: object = {}) =>
  post(`${world.url}/operators/graphql`, { query, variables }, await operator());

const version = `... on RegisteredVersion { version by rolledBackTo operationCount added removed }
  ... on UserError { code message path }`;
const registerText = `mutation ($client: String!, $manifest: String!, $format: ManifestFormat!, $dryRun: Boolean! = false) {
  registerOperations(client: $client, manifest: $manifest, format: $format, dryRun: $dryRun) {
    __typename ${version} ... on OperationsRefusedError { problems { id name message } }
  }
}`;
const register = async (world: World, client: string, manifest: object, more: object = {}) => {
  const variables = { client, manifest: JSON.stringify(manifest), format: 'CODEGEN', ...more };
  const { data, errors } = await operate(world, registerText, variables);
  expect(errors).toBeUndefined();
  return data?.registerOperations as Record<string, unknown>;
};
const rollBack = async (world: World, client: string, toVersion: number) => {
  const query = `mutation ($client: String!, $toVersion: Int!) {
    rollBackOperations(client: $client, toVersion: $toVersion) { __typename ${version} }
  }`;
  return (await operate(world, query, { client, toVersion })).data?.rollBackOperations as Record<
    string,
    unknown
  >;
};
const run = async (world: World, client: string, documentId: string) =>
  (await post(`${world.url}/graphql`, { documentId }, { 'apollographql-client-name': client })).data;
const until = async (check: () => Promise<boolean>) => {
  for (let round = 0; round < 100; round++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not come about within 10 s.');
};
const title = 'query Title { book { title } }';
const both = 'query Both { book { id title } }';

describe.each(['redis', 'folder'] as const)(
  'operations registered while gateways run, kept in %s',
  (where) => {
    const [world, other] = replicas[where];

    it('are answered at once by this gateway and soon by every other, versions back and forth', async () => {
      const first = await register(world, 'app', { one: title });
      expect(first).toMatchObject({
        __typename: 'RegisteredVersion',
        version: 1,
        by: 'us_operator',
        added: ['one'],
      });
      expect(await run(world, 'app', 'one')).toEqual({ book: { title: 'Emma' } });
      await until(async () => (await run(other, 'app', 'one')) !== undefined);
      const apollo = {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'two', name: 'Both', type: 'query', body: both }],
      };
      expect(await register(other, 'app', apollo, { format: 'APOLLO' })).toMatchObject({
        version: 2,
        operationCount: 2,
      });
      await until(async () => (await run(world, 'app', 'two')) !== undefined);
      expect(await rollBack(world, 'app', 1)).toMatchObject({
        version: 3,
        rolledBackTo: 1,
        removed: ['two'],
      });
      expect(await run(world, 'app', 'two')).toBeUndefined();
      expect(await run(world, 'app', 'one')).toEqual({ book: { title: 'Emma' } });
      await until(async () => (await run(other, 'app', 'two')) === undefined);
      expect(await rollBack(world, 'app', 2)).toMatchObject({ version: 4, added: ['two'] });
      expect(await rollBack(world, 'app', 9)).toMatchObject({
        __typename: 'NotFoundError',
        code: 'NOT_FOUND',
      });
      const { data } = await operate(
        world,
        '{ registeredOperations(client: "app") { version operations { id name type deployed } versions { version } } }',
      );
      expect(data?.registeredOperations).toEqual({
        version: 4,
        operations: [
          { id: 'one', name: 'Title', type: 'query', deployed: false },
          { id: 'two', name: 'Both', type: 'query', deployed: false },
        ],
        versions: [4, 3, 2, 1].map((number) => ({ version: number })),
      });
    });

    it('stand beside what was deployed, which stays', async () => {
      expect(await register(world, 'web', { more: title })).toMatchObject({ version: 1, operationCount: 1 });
      expect(await run(world, 'web', 'deployed')).toEqual({ book: { id: '1' } });
      expect(await rollBack(world, 'web', 0)).toMatchObject({ version: 2, removed: ['more'] });
      expect(await run(world, 'web', 'more')).toBeUndefined();
      expect(await run(world, 'web', 'deployed')).toEqual({ book: { id: '1' } });
      expect(await register(world, 'web', { deployed: both })).toMatchObject({ __typename: 'ConflictError' });
    });

    it('are checked first: nothing of a manifest with a fault is kept', async () => {
      const faulty = { good: title, bad: 'query Bad { book { price } }' };
      expect(await register(world, 'new', faulty)).toMatchObject({
        __typename: 'OperationsRefusedError',
        code: 'VALIDATION',
        path: ['manifest'],
        problems: [{ id: 'bad', name: 'Bad', message: 'Cannot query field "price" on type "Book".' }],
      });
      expect(await register(world, 'new', { x: 'query {' })).toMatchObject({
        __typename: 'OperationsRefusedError',
      });
      expect(await register(world, 'new', { x: title }, { format: 'APOLLO' })).toMatchObject({
        code: 'VALIDATION',
      });
      expect(await register(world, '../up', { x: title })).toMatchObject({ path: ['client'] });
      expect(await register(world, 'new', { x: title }, { dryRun: true })).toMatchObject({
        version: 1,
        added: ['x'],
      });
      expect(await run(world, 'new', 'x')).toBeUndefined();
      expect(await register(world, 'taken', { one: title })).toMatchObject({ version: 1 });
      expect(await register(world, 'taken', { one: both })).toMatchObject({ __typename: 'ConflictError' });
    });

    it('of two who register at the same moment are both kept, or one is told', async () => {
      const names = Array.from({ length: 6 }, (_, index) => `id-${index}`);
      const results = await Promise.all(
        names.map((id, index) =>
          register(index % 2 ? world : other, 'busy', { [id]: `query Q${index} { book { id } }` }),
        ),
      );
      const won = names.filter((_, index) => results[index]?.__typename === 'RegisteredVersion');
      expect(won.length).toBeGreaterThan(0);
      for (const result of results)
        expect(['RegisteredVersion', 'ConflictError']).toContain(result.__typename);
      for (const replica of [world, other]) {
        for (const id of won) await until(async () => (await run(replica, 'busy', id)) !== undefined);
      }
    });
  },
);

describe('the operators’ API', () => {
  it('is closed to who does not hold the scope, its schema included', async () => {
    const [world] = replicas.redis;
    const url = `${world.url}/operators/graphql`;
    for (const query of ['{ registeredClients { client } }', '{ __schema { types { name } } }']) {
      expect(await post(url, { query }, {})).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
      expect(await post(url, { query }, await issuer.bearer())).toMatchObject({
        status: 403,
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
    const { data } = await operate(world, '{ registeredClients { client } }');
    expect(data?.registeredClients).toContainEqual({ client: 'web' });
  });

  it('says so when nothing can be kept, and deployed operations are answered all the same', async () => {
    expect(await run(away, 'web', 'deployed')).toEqual({ book: { id: '1' } });
    const variables = { client: 'late', manifest: JSON.stringify({ x: title }), format: 'CODEGEN' };
    expect(await operate(away, registerText, variables)).toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    expect(await run(away, 'late', 'x')).toBeUndefined();
  });

  it('keeps each version in a file of its own that is whole whenever it is there', async () => {
    for (const name of await readdir(kept)) {
      expect(name).toMatch(/^[\w-]+\.\d+\.json$/);
      expect(JSON.parse(await readFile(join(kept, name), 'utf8'))).toHaveProperty('versions');
    }
  });
});
