import { describe, expect, it } from '@jest/globals';
import { start } from '../../src/index.ts';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const issuer = await startIssuer();
const sdl = (imports: string, rule: string) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", ${imports}])
  type Query { open: Int secret: Int ${rule} }
`;
const resolvers = { Query: { open: () => 1, secret: () => 2 } };

const rejecting = await startWorld({
  subgraphs: [{ name: 'a', sdl: sdl('"@authenticated"', '@authenticated'), resolvers }],
  config: { access: 'reject', identity: trusting(issuer) },
});
const renamed = await startWorld({
  subgraphs: [
    {
      name: 'a',
      sdl: sdl('{ name: "@requiresScopes", as: "@needs" }', '@needs(scopes: [["quiz:take"]])'),
      resolvers,
    },
  ],
  config: { identity: trusting(issuer) },
});

describe('access modes', () => {
  it('rejects the whole operation where told to', async () => {
    const answer = await rejecting.ask('{ open secret }');
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['secret'], 'UNAUTHENTICATED'],
    ]);
    expect(rejecting.fetches()).toBe(0);
    expect((await rejecting.ask('{ open secret }', { headers: await issuer.bearer() })).data).toEqual({
      open: 1,
      secret: 2,
    });
  });

  it('enforces a directive that goes by another name', async () => {
    expect((await renamed.ask('{ open secret }')).data).toEqual({ open: 1, secret: null });
    expect((await renamed.ask('{ open secret }', { headers: await issuer.bearer() })).data).toEqual({
      open: 1,
      secret: 2,
    });
  });

  it.each([
    ['enforcement is switched off', { access: false }, (text: string) => text],
    [
      'a security feature is not known',
      {},
      (text: string) => text.replace('/authenticated/v0.1', '/cloak/v0.1'),
    ],
    [
      'its version is not known',
      {},
      (text: string) => text.replace('/authenticated/v0.1', '/authenticated/v0.9'),
    ],
  ])('does not start when %s', async (_name, config, edit) => {
    await expect(
      startWorld({
        subgraphs: [{ name: 'a', sdl: sdl('"@authenticated"', '@authenticated'), resolvers }],
        config,
        edit,
      }),
    ).rejects.toThrow(/security feature|switched off/);
  });

  it('says what to mend when no supergraph is there', async () => {
    await expect(start({ NODE_ENV: 'test' }, { supergraph: '/nowhere.graphql' })).rejects.toThrow(/nowhere/);
  });
});
