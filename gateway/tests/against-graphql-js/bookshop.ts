import { type GraphQLFieldResolver, Kind, parse } from 'graphql';
import type { SubgraphDefinition } from '../world.ts';

/** A small world whose every value is a function of type, field and id; some are null, some fail. */
const sdls: Readonly<Record<string, string>> = {
  accounts: `
    interface Node { id: ID! }
    interface Named { name: String }
    union Hit = User | Product
    type Query { me: User users: [User!]! node(id: ID!): Node named: [Named!] search: [Hit] strict: User! }
    type User implements Node & Named @key(fields: "id") {
      id: ID! name: String email: String! friends: [User!] best: User level: Level score: Float admin: Boolean
    }
    enum Level { LOW HIGH }
    type Product implements Node @key(fields: "id") { id: ID! }
  `,
  products: `
    interface Node { id: ID! }
    interface Named { name: String }
    type Query { topProducts(first: Int): [Product!] product(id: ID!): Product }
    type Product implements Node & Named @key(fields: "id") {
      id: ID! name: String title: String! price: Float seller: User matrix: [[Int!]] related(first: Int): [Product]
    }
    type User @key(fields: "id") { id: ID! shop: String! }
  `,
  reviews: `
    type Query { latest: [Review] }
    type User @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Product @key(fields: "id") {
      id: ID! title: String! @external
      reviews(min: Int): [Review] rating: Int!
      summary: String @requires(fields: "title")
    }
    type Review @key(fields: "id") { id: ID! body: String! stars: Int author: User! product: Product }
  `,
};

export const apiSdl = `
  interface Node { id: ID! }
  interface Named { name: String }
  union Hit = User | Product
  enum Level { LOW HIGH }
  type Query {
    me: User users: [User!]! node(id: ID!): Node named: [Named!] search: [Hit] strict: User!
    topProducts(first: Int): [Product!] product(id: ID!): Product latest: [Review]
  }
  type User implements Node & Named {
    id: ID! name: String email: String! friends: [User!] best: User level: Level score: Float admin: Boolean
    shop: String! reviews: [Review!]!
  }
  type Product implements Node & Named {
    id: ID! name: String title: String! price: Float seller: User matrix: [[Int!]] related(first: Int): [Product]
    reviews(min: Int): [Review] rating: Int! summary: String
  }
  type Review { id: ID! body: String! stars: Int author: User! product: Product }
`;

export const hash = (text: string): number => {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return value;
};

interface Thing {
  readonly __typename: string;
  readonly id: string;
}

const thing = (__typename: string, number: number): Thing => ({
  __typename,
  id: `${__typename[0]?.toLowerCase()}${number % 6}`,
});
const several = (typename: string, seed: string, count = hash(seed) % 4): Thing[] =>
  Array.from({ length: count }, (_, index) => thing(typename, hash(`${seed}${index}`)));

type Args = Readonly<Record<string, unknown>>;
type Value = (seed: string, args: Args, source: Thing) => unknown;

const text: Value = (seed) => `${seed} ✓ "quoted"`;
const user: Value = (seed) => thing('User', hash(seed));
const product: Value = (seed) => thing('Product', hash(seed));

const values: Readonly<Record<string, Value>> = {
  'Query.users': () => several('User', 'users', 4),
  'Query.node': (_seed, { id }) => thing(String(id).startsWith('u') ? 'User' : 'Product', hash(String(id))),
  'Query.named': () => several('User', 'named', 3),
  'Query.search': () => [thing('Product', 1), thing('User', 1), null, thing('User', 2), thing('Product', 1)],
  'Query.topProducts': (seed, { first }) => several('Product', seed, typeof first === 'number' ? first : 3),
  'Query.latest': () => several('Review', 'latest', 4),
  'Query.me': user,
  'Query.strict': user,
  'Query.product': (_seed, { id }) => thing('Product', hash(String(id))),
  'User.friends': (seed) => several('User', seed),
  'User.best': user,
  'User.level': (seed) => (hash(seed) % 2 ? 'LOW' : 'HIGH'),
  'User.score': (seed) => (hash(seed) % 1_000) / 8,
  'User.admin': (seed) => hash(seed) % 2 === 0,
  'User.reviews': (seed) => several('Review', seed),
  'Product.price': (seed) => hash(seed) % 100,
  'Product.seller': user,
  'Product.matrix': (seed) => [[hash(seed) % 9, 1], null, [], [2]],
  'Product.related': (seed, { first }) =>
    several('Product', seed, typeof first === 'number' ? first : undefined),
  'Product.reviews': (seed, { min }) => several('Review', `${seed}${min}`),
  'Product.rating': (seed) => hash(seed) % 5,
  'Review.stars': (seed) => hash(seed) % 5,
  'Review.author': user,
  'Review.product': product,
};

const sound = new Set(['id', 'title', 'summary', '__typename']);

/** What the field is, wherever it is asked: in one schema or in the subgraph that has it. */
export const resolveField: GraphQLFieldResolver<Thing | undefined, unknown> = (
  source,
  args,
  _context,
  info,
) => {
  const { fieldName, parentType } = info;
  const id = source?.id ?? 'root';
  const place = `${parentType.name}.${fieldName}`;
  if (fieldName === 'id') return id;
  const seed = `${place}:${id}`;
  if (fieldName === 'title') return `Title of ${id}`;
  if (fieldName === 'summary') return `Summary of Title of ${id}`;
  const luck = sound.has(fieldName) ? 1 : hash(`luck ${seed}`) % 23;
  if (luck === 0) throw new Error(`No ${seed}.`);
  if (luck === 2) return null;
  return (values[place] ?? text)(seed, args, source ?? { __typename: 'Query', id });
};

function resolversOf(sdl: string): Record<string, Record<string, unknown>> {
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const definition of parse(sdl).definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const name = definition.name.value;
      const fields = (definition.fields ?? []).map((field) => [field.name.value, resolveField]);
      const isEntity = definition.directives?.some((directive) => directive.name.value === 'key');
      const reference = (representation: Thing) => representation;
      resolvers[name] = {
        ...Object.fromEntries(fields),
        ...(isEntity ? { __resolveReference: reference } : {}),
      };
    } else if (
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.UNION_TYPE_DEFINITION
    ) {
      resolvers[definition.name.value] = { __resolveType: ({ __typename }: Thing) => __typename };
    }
  }
  return resolvers;
}

export const subgraphs: SubgraphDefinition[] = Object.entries(sdls).map(([name, sdl]) => ({
  name,
  sdl,
  resolvers: resolversOf(sdl) as SubgraphDefinition['resolvers'],
}));
