import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const issuer = await startIssuer();
const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
  type Query { a: A, list(first: Int = 2): [A] @listSize(slicingArguments: ["first"]) }
  type A { a: A, id: Int }
`;
const world = await startWorld({
  subgraphs: [{ name: 'a', sdl, resolvers: { Query: { a: () => ({ id: 1 }), list: () => [] } } }],
  config: {
    identity: trusting(issuer),
    limits: { depth: 3, pageSize: 10 },
    cost: { max: 50, budget: { cost: 100, seconds: 3_600 } },
    rates: { viewer: { requests: 3, seconds: 3_600 }, address: { requests: 10_000, seconds: 60 } },
    plans: {
      pro: {
        limits: { depth: 6, pageSize: 60 },
        cost: { max: 500, budget: { cost: 100_000, seconds: 3_600 } },
        rates: { viewer: { requests: 100, seconds: 3_600 } },
      },
      kiosk: { limits: { depth: 2 } },
    },
    operations: { clients: { kiosk: { plan: 'kiosk' } } },
  },
});

const someone = (plan?: string) =>
  issuer.bearer({ sub: randomUUID(), ...(plan === undefined ? {} : { plan }) });
const deep = (levels: number, note: string) =>
  `# ${note}\n{ ${'a { '.repeat(levels - 1)} id ${'} '.repeat(levels - 1)} }`;
const outcome = async (query: string, headers: Record<string, string>, variables = {}) => {
  const { status, errors } = await world.ask(query, { headers, variables });
  return [status, errors?.[0]?.extensions.code];
};
const tooComplex = [400, 'OPERATION_TOO_COMPLEX'];

describe('the plan of a token', () => {
  it('decides how deep, long and costly an operation may be', async () => {
    const [free, pro] = await Promise.all([someone(), someone('pro')]);
    expect(await outcome(deep(5, 'first asked by pro'), pro)).toEqual([200, undefined]);
    expect(await outcome('{ list(first: 50) { id } }', pro)).toEqual([200, undefined]);
    expect(await outcome('{ list(first: 50) { id } }', free)).toEqual([400, 'BAD_USER_INPUT']);
    expect(await outcome('{ list(first: 60) { a { a { id } } } }', pro)).toEqual([200, undefined]);
    expect(await outcome(deep(7, 'too deep for pro'), pro)).toEqual(tooComplex);
  });

  it.each(['pro first', 'free first'])('holds whoever asked the same text before: %s', async (order) => {
    const [free, pro] = await Promise.all([someone(), someone('pro')]);
    const query = deep(5, order);
    const asked = async (headers: Record<string, string>) => outcome(query, headers);
    const answers =
      order === 'pro first' ? [await asked(pro), await asked(free)] : [await asked(free), await asked(pro)];
    expect(order === 'pro first' ? answers : answers.toReversed()).toEqual([[200, undefined], tooComplex]);
    expect(await asked(free)).toEqual(tooComplex);
  });

  it('decides how often', async () => {
    const [free, pro] = await Promise.all([someone(), someone('pro')]);
    const statuses = async (headers: Record<string, string>) => {
      const all: number[] = [];
      for (let count = 0; count < 5; count++) all.push((await world.ask('{ a { id } }', { headers })).status);
      return all;
    };
    expect(await statuses(free)).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses(pro)).toEqual([200, 200, 200, 200, 200]);
  });

  it('decides how much in all: a budget of cost', async () => {
    const headers = await someone();
    const costly = '{ x: list(first: 10) { a { id } } y: list(first: 10) { a { id } } }';
    expect(await outcome(costly, headers)).toEqual([200, undefined]);
    expect(await outcome(costly, headers)).toEqual([200, undefined]);
    const { status, errors, headers: told } = await world.ask(costly, { headers });
    expect([status, errors?.[0]?.extensions]).toMatchObject([429, { code: 'RATE_LIMITED', policy: 'cost' }]);
    expect(told.get('ratelimit-policy')).toContain('"cost";q=100;w=3600');
  });

  it('that nobody configured is like none', async () => {
    expect(await outcome(deep(5, 'unknown plan'), await someone('constructor'))).toEqual(tooComplex);
  });
});

describe('the plan of a client', () => {
  const kiosk = { 'apollographql-client-name': 'kiosk' };

  it('holds who has none of their own', async () => {
    expect(await outcome(deep(3, 'anybody'), {})).toEqual([200, undefined]);
    expect(await outcome(deep(3, 'anybody'), kiosk)).toEqual(tooComplex);
    expect(await outcome(deep(5, 'pro at a kiosk'), { ...kiosk, ...(await someone('pro')) })).toEqual([
      200,
      undefined,
    ]);
  });
});
