import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { changeKey, redisUrlOf, signatureHeaders, tagsOfChange } from '@studymate/runtime';
import { GraphQLError } from 'graphql';
import { Redis } from 'ioredis';
import { startIssuer, trusting } from '../tokens.ts';
import { type Answer, type Received, startWorld } from '../world.ts';

/** What the shop's subgraphs hold; tests change it behind the gateway's back. */
export interface Stock {
  titles: Map<string, string>;
  prices: Map<string, number>;
  /** The time that the subgraphs allow for all but private things. */
  maxAge: number;
  /** Awaited by lists, books and shelves. */
  gate: Promise<void>;
  holdPrices: Promise<void>;
  /** The book whose price fails. */
  broken: string | null;
}

/** Whom the gateway vouches for, by the resolvers' context. */
const viewerOf = (context: unknown): string | null => {
  const { headers } = context as Pick<Received, 'headers'>;
  const caller = String(headers[signatureHeaders.caller]);
  return JSON.parse(Buffer.from(caller, 'base64url').toString()).viewer?.id ?? null;
};

interface ShopOptions {
  readonly config?: object;
  readonly redisUrl?: string;
  /** Gateways of one prefix share a cache. */
  readonly prefix?: string;
}

const catalog = (stock: Stock) => ({
  name: 'catalog',
  sdl: `
    type Query { books: [Book!]! book(id: ID!): Book shelf: Shelf @authenticated staffPicks: [Book!]! @requiresScopes(scopes: [["study:read"]]) hour: Int }
    type Mutation { rename(id: ID!, title: String!): Book }
    type Shelf { owner: ID books: [Book!]! }
    type Book @key(fields: "id") { id: ID! title: String! }
  `,
  resolvers: {
    Query: {
      books: async () => {
        await stock.gate;
        return [...stock.titles.keys()].map((id) => ({ id }));
      },
      book: async (_root: unknown, { id }: { id: string }) => {
        await stock.gate;
        return stock.titles.has(id) ? { id } : null;
      },
      shelf: async (_root: unknown, _args: unknown, context: unknown) => {
        await stock.gate;
        return { owner: viewerOf(context), books: [{ id: 'b1' }] };
      },
      staffPicks: () => [{ id: 'b2' }],
      hour: () => 12,
    },
    Mutation: {
      rename: (_root: unknown, { id, title }: { id: string; title: string }) => {
        stock.titles.set(id, title);
        return { id };
      },
    },
    Book: { title: ({ id }: { id: string }) => stock.titles.get(id) },
  },
  cacheControl: ({ body }: Received) => {
    if (body.query.includes('hour')) return 'no-store';
    return body.query.includes('shelf') ? 'max-age=50, private' : `max-age=${stock.maxAge}, public`;
  },
});

const pricing = (stock: Stock) => ({
  name: 'pricing',
  sdl: `type Book @key(fields: "id") { id: ID! price: Int discount: Int @authenticated }`,
  resolvers: {
    Book: {
      price: async ({ id }: { id: string }) => {
        const price = stock.prices.get(id);
        await stock.holdPrices;
        if (id === stock.broken) throw new GraphQLError('No price.');
        return price;
      },
      discount: ({ id }: { id: string }, _args: unknown, context: unknown) =>
        Number(viewerOf(context)?.replace(/\D/g, '')) + Number(id.slice(1)),
    },
  },
  cacheControl: ({ body }: Received) =>
    body.query.includes('discount') ? 'max-age=50, private' : `max-age=${stock.maxAge}, public`,
});

const freshStock = (): Stock => ({
  titles: new Map([1, 2, 3].map((number) => [`b${number}`, `Book ${number}`])),
  prices: new Map([1, 2, 3].map((number) => [`b${number}`, number * 10])),
  maxAge: 100,
  gate: Promise.resolve(),
  holdPrices: Promise.resolve(),
  broken: null,
});

/** A gateway with a cache over two subgraphs that say how long their answers may be kept. */
export async function startShop({
  config,
  redisUrl = redisUrlOf(),
  prefix = randomUUID(),
}: ShopOptions = {}) {
  const stock = freshStock();
  const issuer = await startIssuer();
  const environment = { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix, SUBGRAPH_SECRET: 's'.repeat(32) };
  const world = await startWorld({
    subgraphs: [catalog(stock), pricing(stock)],
    config: { identity: trusting(issuer), signing: true, caching: {}, ...config },
    environment,
  });
  const redis = new Redis(redisUrlOf());
  afterAll(() => redis.disconnect());
  const tellOfChange = async (typename: string, id: string | null) => {
    for (const tag of tagsOfChange(typename, id)) await redis.set(changeKey(tag, environment), randomUUID());
  };
  const asked = (name: 'catalog' | 'pricing') => world.subgraphs[name]?.received ?? [];
  return {
    ...world,
    stock,
    redis,
    prefix,
    signedIn: (number: number, claims: object = {}) =>
      issuer.bearer({ sub: `us_${number}`, sid: `se_${number}`, ...claims }),
    asked,
    /** How many more requests reach the subgraph during the work. */
    askedDuring: async (name: 'catalog' | 'pricing', work: () => Promise<unknown>) => {
      const before = asked(name).length;
      await work();
      return asked(name).length - before;
    },
    /** Tells of a change as a subgraph does after its commit. */
    tellOfChange,
    /** As in the beginning, and told so. */
    restock: async () => {
      Object.assign(stock, freshStock());
      await tellOfChange('Book', null);
    },
    /** Asks until an answer comes out of the cache, so that what is cacheable is known to be. */
    warm: async (query: string, headers: Record<string, string> = {}) => {
      for (let tries = 0; tries < 50; tries++) {
        if ((await world.ask(query, { headers })).headers.has('age')) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('Never answered from the cache.');
    },
  };
}

/** The books of an answer; none when it has none. */
export const booksOf = ({ data }: Answer): readonly Record<string, unknown>[] => {
  const books = data?.books;
  return Array.isArray(books) ? books : [];
};
