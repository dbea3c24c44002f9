import { readFile } from 'node:fs/promises';
import { afterAll, expect } from '@jest/globals';
import { startWorld } from '../world.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])
  scalar JSON
  type Query {
    me: User
    friends(first: Int = 20, last: Int): [User!]! @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
    nodes(ids: [ID!]!): [User]!
    echo(text: String, data: JSON): String
  }
  type Mutation { signIn(email: String!, password: String!): String, signOut: Boolean }
  type User @key(fields: "id") {
    id: ID!
    name: String
    friends(first: Int = 20): [User!]! @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
  }
`;

const ada = { id: '1', name: 'Ada' };
const friend = { ...ada, friends: () => [{ ...ada, friends: () => [] }] };

const resolvers = {
  Query: {
    me: () => friend,
    friends: () => [friend],
    nodes: () => [],
    echo: (_root: unknown, { text, data }: { text?: string; data?: unknown }) => text ?? JSON.stringify(data),
  },
  Mutation: { signIn: () => 'token', signOut: () => true },
};

interface OwnConfig {
  readonly limits: object;
  readonly cost: object;
}

/** StudyMate's own limits, as they are shipped. */
const studymate: OwnConfig = JSON.parse(
  await readFile(new URL('../../studymate.json', import.meta.url), 'utf8'),
);

export const target = await startWorld({
  subgraphs: [{ name: 'social', sdl, resolvers }],
  config: {
    limits: studymate.limits,
    cost: studymate.cost,
    introspection: false,
    operations: { automatic: true, automaticCache: { entries: 100 } },
  },
});

export interface Attack {
  readonly method?: string;
  readonly search?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly codes: readonly unknown[];
  readonly isJson: boolean;
  readonly fetches: number;
  /** Processor time of the gateway and of the one who asks, in milliseconds. */
  readonly costMs: number;
}

/** What a refusal may cost. */
const mostMs = 100;
const tries = 5;

const timings: string[] = [];

/** Prints what each refusal took, for people: what it costs is asserted, as machines have other work as well. */
export const printTimings = () =>
  afterAll(() => {
    process.stdout.write(`${timings.join('\n')}\n`);
  });

async function attackOnce(name: string, given: Attack): Promise<Outcome> {
  const { method = 'POST', search = '', headers = {}, body } = given;
  const before = target.fetches();
  const startedAt = performance.now();
  const used = process.cpuUsage();
  const response = await fetch(`${target.url}/graphql${search}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const { user, system } = process.cpuUsage(used);
  if (response.status >= 400)
    timings.push(`${(performance.now() - startedAt).toFixed(1).padStart(8)} ms  ${response.status}  ${name}`);
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const answer: { errors?: { extensions?: { code?: unknown } }[] } = isJson ? JSON.parse(text) : {};
  return {
    status: response.status,
    text,
    codes: (answer.errors ?? []).map(({ extensions }) => extensions?.code),
    isJson,
    fetches: target.fetches() - before,
    costMs: (user + system) / 1_000,
  };
}

/** Asks, and asks again where something else of this process, such as the garbage collector, came between. */
export async function attack(name: string, given: Attack): Promise<Outcome> {
  let outcome = await attackOnce(name, given);
  for (let count = 1; count < tries && outcome.costMs > mostMs; count++)
    outcome = await attackOnce(name, given);
  return outcome;
}

export const asking = (query: string, more: object = {}): Attack => ({
  body: JSON.stringify({ query, ...more }),
});

/** What every refusal has in common: JSON, 4xx, a code on each error, no subgraph asked, no wall of text, cheap. */
export function expectRefused(outcome: Outcome, status: number, code: string): void {
  expect(outcome).toMatchObject({ status, isJson: true, fetches: 0 });
  expect(outcome.codes.length).toBeGreaterThan(0);
  expect(outcome.codes.length).toBeLessThanOrEqual(5);
  expect(outcome.codes).toEqual(outcome.codes.map(() => code));
  expect(outcome.text.length).toBeLessThan(5_000);
  expect(outcome.costMs).toBeLessThanOrEqual(mostMs);
}
