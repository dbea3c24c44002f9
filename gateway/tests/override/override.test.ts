import { describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { type SubgraphDefinition, startWorld } from '../world.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override", "@requiresScopes"])`;

/** `old` hands its fields over to `new`: some by percentages, one by a label of the operator's. */
const old: SubgraphDefinition = {
  name: 'old',
  sdl: `${link}
    type Query { me: User notes: String @requiresScopes(scopes: [["study:read"]]) }
    type User @key(fields: "id") { id: ID! name: String bio: String photo: String always: String never: String }`,
  resolvers: {
    Query: {
      me: () => ({
        id: '1',
        name: 'old',
        bio: 'old',
        photo: 'old',
        always: 'old',
        never: 'old',
      }),
      notes: () => 'old notes',
    },
  },
};
const fresh: SubgraphDefinition = {
  name: 'fresh',
  sdl: `${link}
    type User @key(fields: "id") {
      id: ID!
      name: String @override(from: "old", label: "percent(20)")
      bio: String @override(from: "old", label: "percent(60.5)")
      photo: String @override(from: "old", label: "new-photos")
      always: String @override(from: "old", label: "percent(100)")
      never: String @override(from: "old", label: "percent(0)")
    }`,
  resolvers: {
    User: {
      __resolveReference: ({ id }: { id: string }) => ({
        id,
        name: 'new',
        bio: 'new',
        photo: 'new',
        always: 'new',
        never: 'new',
      }),
    },
  },
};

const issuer = await startIssuer();
const config = {
  identity: trusting(issuer),
  overrides: { 'new-photos': { header: 'X-Preview', equals: 'photos' } },
};
const worlds = {
  hive: await startWorld({ subgraphs: [old, fresh], config }),
  apollo: await startWorld({ subgraphs: [old, fresh], config: { ...config, planner: 'apollo' } }),
};
const viewers = Array.from({ length: 40 }, (_, index) => `us_${index}`);

describe.each(['hive', 'apollo'] as const)('progressive overrides, planned by %s', (planner) => {
  const world = worlds[planner];
  const ask = async (viewer: string, headers: Record<string, string> = {}) => {
    const answer = await world.ask('{ me { name bio photo always never } }', {
      headers: { ...(await issuer.bearer({ sub: viewer })), ...headers },
    });
    expect(answer.errors).toBeUndefined();
    return answer.data?.me as Record<string, string>;
  };

  it('gives each percentage its share of viewers, and more of them as it rises', async () => {
    const answers = await Promise.all(viewers.map((viewer) => ask(viewer)));
    const moved = (field: string) => answers.filter((me) => me[field] === 'new').length;
    // 40 viewers at 20 % and 60.5 %: the bounds hold for the fixed hash of these ids.
    expect(moved('name')).toBeGreaterThan(1);
    expect(moved('name')).toBeLessThan(18);
    expect(moved('bio')).toBeGreaterThan(14);
    expect(moved('bio')).toBeLessThan(36);
    for (const me of answers) {
      if (me.name === 'new') expect(me.bio).toBe('new');
      expect(me).toMatchObject({ always: 'new', never: 'old', photo: 'old' });
    }
  });

  it('answers a viewer from the same subgraph every time', async () => {
    for (const viewer of viewers.slice(0, 10)) {
      const first = await ask(viewer);
      expect(await ask(viewer)).toEqual(first);
    }
  });

  it('turns a named label on for requests that its rule names, in both orders', async () => {
    const preview = { 'x-preview': 'photos' };
    for (const viewer of ['us_a', 'us_b']) {
      const order = viewer === 'us_a' ? [preview, {}, preview] : [{}, preview, {}];
      for (const headers of order) {
        const expected = 'x-preview' in headers ? 'new' : 'old';
        expect((await ask(viewer, headers as Record<string, string>)).photo).toBe(expected);
      }
    }
    expect((await ask('us_a', { 'x-preview': 'other' })).photo).toBe('old');
  });

  it('asks each subgraph only for what the labels leave it', async () => {
    const { fresh: subgraph } = world.subgraphs;
    const before = subgraph?.received.length ?? 0;
    const { data } = await world.ask('{ me { photo never } }');
    expect(data?.me).toEqual({ photo: 'old', never: 'old' });
    expect(subgraph?.received.length).toBe(before);
  });
});
