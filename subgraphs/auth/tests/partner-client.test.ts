import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import { verifySecret } from '../src/access-token/verify-secret.ts';
import { authWorld } from './world.ts';

const world = await authWorld();
const { ask, askAt, database } = world;
const dayMs = 86_400_000;

const create = `mutation ($input: PartnerClientInput!, $key: String!) {
  answer: createPartnerClient(input: $input, idempotencyKey: $key) {
    __typename ... on CreatedPartnerClient { secret client { id name scopes plan lastUsedAt } }
    ... on UserError { code path } } }`;
const revoke = `mutation ($id: ID!) { answer: revokePartnerClient(id: $id) { __typename ... on UserError { code } } }`;
const list = `query ($first: Int!, $after: String) { partnerClients(first: $first, after: $after) {
  edges { node { id name } } pageInfo { hasNextPage endCursor } } }`;

/** An administrator with a live session. */
async function someAdministrator(): Promise<Viewer> {
  const { viewer } = await world.someUser();
  return someViewer({ ...viewer, roles: ['ADMIN'] });
}

const input = { name: 'Library of Seoul', scopes: ['study:read'] };
const createdBy = async (admin: Viewer, more: object = {}, key = someKey()) =>
  (await ask(admin, create, { input: { ...input, ...more }, key })).data.answer;
const verify = (secret: string, later = 0) => verifySecret(world.contextAt(null, { later }), secret);

describe('a partner’s program', () => {
  it('is known by its secret, with its scopes and its plan, and acts for nobody', async () => {
    const { secret, client } = await createdBy(await someAdministrator(), {
      scopes: ['user:read', 'study:read'],
    });
    expect(client).toMatchObject({ name: 'Library of Seoul', plan: 'partner', lastUsedAt: null });
    const verified = await verify(secret);
    expect(verified).toMatchObject({ active: true, id: client.id, plan: 'partner', expiresAt: null });
    if (!verified.active) throw new Error('It is not known.');
    expect(verified.viewer).toMatchObject({ id: client.id, roles: [], scopes: ['user:read', 'study:read'] });
    expect((await ask(verified.viewer, '{ viewer { id } }')).data.viewer).toBeNull();
    expect((await ask(verified.viewer, 'mutation { signOut { ok } }')).errors).toEqual([]);
    expect(JSON.stringify(await database.partnerClient.findMany())).not.toContain(secret.slice(4));
    expect(
      (await database.partnerClient.findUniqueOrThrow({ where: { id: client.id } })).lastUsedAt,
    ).not.toBeNull();
  });

  it('is made once by a key, and shows the same secret again', async () => {
    const admin = await someAdministrator();
    const key = someKey();
    const [first, second] = [await createdBy(admin, {}, key), await createdBy(admin, {}, key)];
    expect(second).toEqual(first);
    expect(await createdBy(admin, { name: 'Another' }, key)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('ends when it is revoked, and with its time', async () => {
    const admin = await someAdministrator();
    const expiresAt = new Date(world.contextAt(null).now().getTime() + dayMs).toISOString();
    const { secret, client } = await createdBy(admin, { expiresAt });
    expect((await verify(secret, dayMs - 1)).active).toBe(true);
    expect((await verify(secret, dayMs + 1)).active).toBe(false);
    expect((await ask(admin, revoke, { id: client.id })).data.answer.__typename).toBe('Acknowledgement');
    expect((await verify(secret)).active).toBe(false);
    expect(await world.redis.get(`{session}:revoked:${client.id}`)).toBe('1');
    expect((await ask(admin, revoke, { id: client.id })).data.answer.code).toBe('NOT_FOUND');
  });

  it('is not given what belongs to people, nor nonsense', async () => {
    const admin = await someAdministrator();
    for (const wrong of [
      { scopes: ['admin:users'] },
      { scopes: ['study:write'] },
      { scopes: [] },
      { name: ' ' },
      { plan: 'A Plan' },
      { expiresAt: new Date(0).toISOString() },
    ]) {
      expect((await createdBy(admin, wrong)).code).toBe('VALIDATION');
    }
  });

  it('is an administrator’s to make and end, who has just signed in', async () => {
    const admin = await someAdministrator();
    const { client } = await createdBy(admin);
    const { viewer: learner } = await world.someUser();
    for (const [document, variables] of [
      [create, { input, key: someKey() }],
      [revoke, { id: client.id }],
      [list, { first: 1 }],
    ] as const) {
      const { data, errors } = await ask(learner, document, variables);
      expect(data?.answer?.code ?? errors[0]?.extensions.code).toBe('FORBIDDEN');
    }
    const late = await askAt({ later: 16 * 60_000 })(admin, create, { input, key: someKey() });
    expect(late.errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
  });

  it('is listed page by page, the youngest first', async () => {
    const admin = await someAdministrator();
    for (let index = 0; index < 3; index += 1) await createdBy(admin, { name: `Partner ${index}` });
    const first = (await ask(admin, list, { first: 2 })).data.partnerClients;
    const second = (await ask(admin, list, { first: 2, after: first.pageInfo.endCursor })).data
      .partnerClients;
    const ids = [...first.edges, ...second.edges].map(({ node }) => node.id);
    expect(new Set(ids).size).toBe(4);
    expect(first.pageInfo.hasNextPage).toBe(true);
  });
});
