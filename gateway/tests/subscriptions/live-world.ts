import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { createPublisher } from '@studymate/jobs';
import { redisUrlOf } from '@studymate/runtime';
import { type RequestScope, startSubgraph } from '@studymate/subgraph-kit';
import { GraphQLError, parse } from 'graphql';
import { Redis } from 'ioredis';
import { start } from '../../src/index.ts';
import { startIssuer, trusting } from '../tokens.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])`;

const peopleSdl = parse(`${link}
  type Query { person(id: ID!): Person }
  type Person @key(fields: "id") { id: ID! name: String }`);

const decksSdl = parse(`${link}
  type Query { decks: Int }
  type Subscription { deckChanged(id: ID!): Deck! @authenticated deckCount: Int! }
  type Deck @key(fields: "id") { id: ID! title: String owner: Person viewerId: String }
  type Person @key(fields: "id", resolvable: false) { id: ID! }`);

/** Subscriptions that the decks subgraph was asked for. */
let started = 0;

/** What the decks subgraph holds. */
const titles = new Map<string, string>();
const owners = new Map<string, string>();

const following =
  (topicOf: (args: { id: string }) => string) =>
  (_root: unknown, args: { id: string }, { feed, viewer }: RequestScope) => {
    started += 1;
    const owner = owners.get(args.id);
    if (owner !== undefined && owner !== viewer?.id) {
      throw new GraphQLError('Deck not found.', { extensions: { code: 'NOT_FOUND' } });
    }
    return feed?.follow(topicOf(args), { detail: '' });
  };

const deckOf = (id: string, viewer: Viewer | null) => ({
  id,
  title: titles.get(id) ?? 'untitled',
  owner: { id: `pe_${id}` },
  viewerId: viewer?.id,
});

const names: (string | null)[] = [];

const people = buildSubgraphSchema({
  typeDefs: peopleSdl,
  resolvers: {
    Person: {
      __resolveReference: ({ id }: { id: string }) => ({ id, name: `Name of ${id}, ${names.push(id)}` }),
    },
  },
});
const decks = buildSubgraphSchema({
  typeDefs: decksSdl,
  resolvers: {
    Query: { decks: () => titles.size },
    Subscription: {
      deckChanged: {
        subscribe: following(({ id }) => `deck:${id}`) as never,
        resolve: ((_tick: unknown, { id }: { id: string }, { viewer }: RequestScope) =>
          deckOf(id, viewer)) as never,
      },
      deckCount: { subscribe: following(() => 'decks') as never, resolve: () => titles.size },
    },
  },
});

const serve = (name: 'study' | 'auth', schema: typeof decks, port = 0) =>
  startSubgraph({ name, schema, port, createContext: (scope) => scope, isReady: async () => true });

const issuer = await startIssuer();
const redis = new Redis(redisUrlOf());
const publisher = createPublisher('study', redisUrlOf());
afterAll(async () => {
  redis.disconnect();
  await publisher.stop();
});

/** A gateway over two subgraphs built with the kit: decks, which can be followed, and the people who own them. */
export async function startLiveWorld(rules: object = {}, more: object = {}) {
  const subgraphs = { people: await serve('auth', people), decks: await serve('study', decks) };
  const { supergraphSdl } = composeServices([
    { name: 'people', url: `${subgraphs.people.url}/graphql`, typeDefs: peopleSdl },
    { name: 'decks', url: `${subgraphs.decks.url}/graphql`, typeDefs: decksSdl },
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, supergraphSdl ?? '');
  const configFile = join(folder, 'gateway.json');
  const config = { port: 0, supergraph, signing: true, sessions: true, identity: trusting(issuer) };
  const subscriptions = { upstream: 'multiplexed', ...rules };
  await writeFile(configFile, JSON.stringify({ ...config, ...more, subscriptions }));
  const environment = { NODE_ENV: 'test', REDIS_URL: redisUrlOf() };
  const gateways = [await start(environment, { configFile }), await start(environment, { configFile })];
  const urls = gateways.map(({ url }) => `${url}/graphql`);
  const running = { ...subgraphs };
  const startAgain = async (name: keyof typeof running) => {
    const { port } = running[name];
    running[name] = name === 'decks' ? await serve('study', decks, port) : await serve('auth', people, port);
  };
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all([running.people.stop(), running.decks.stop()]);
    await rm(folder, { recursive: true });
  });
  const [url = '', otherUrl = ''] = urls;
  return {
    url,
    otherUrl,
    issuer,
    stopFirstGateway: async () => gateways.shift()?.stop(),
    /** A deck of one owner. */
    addDeck: (owner: string): string => {
      const id = randomUUID();
      titles.set(id, 'first');
      owners.set(id, owner);
      return id;
    },
    rename: (id: string, title: string): void => {
      titles.set(id, title);
      publisher.announce({ topic: `deck:${id}`, detail: '' });
    },
    endSession: async (sessionId: string, tell = true) => {
      await redis.set(`{session}:revoked:${sessionId}`, '1', 'EX', 60);
      if (tell) await redis.publish('session-revoked', sessionId);
    },
    /** How many subscriptions the decks subgraph has been asked for. */
    started: () => started,
    stopSubgraph: (name: keyof typeof running) => running[name].stop(),
    /** Starts a subgraph that was stopped, at its address. */
    startAgain,
    restartDecks: async () => {
      await running.decks.stop();
      await startAgain('decks');
    },
    metrics: async () => (await fetch(url.replace('/graphql', '/metrics'))).text(),
  };
}
