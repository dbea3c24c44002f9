import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { signRequest } from '@studymate/runtime';
import { verifySecretRoute } from '../src/access-token/verify-secret.route.ts';
import { verifySecret } from '../src/access-token/verify-secret.ts';
import { revocationKey } from '../src/session/revocations.ts';
import { keepPlan } from '../src/user/user.plan.ts';
import { authWorld } from './world.ts';

const world = await authWorld();
const { ask, askAt, contextAt } = world;
const minuteMs = 60_000;

const create = `mutation ($name: String!, $scopes: [String!]!, $expiresAt: DateTime) {
  answer: createAccessToken(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
    __typename
    ... on CreatedAccessToken { secret accessToken { id name scopes prefix createdAt lastUsedAt expiresAt } }
    ... on UserError { code path } } }`;
const revoke =
  'mutation ($id: ID!) { answer: revokeAccessToken(id: $id) { __typename ... on UserError { code } } }';
const list = '{ viewer { accessTokens { id name prefix lastUsedAt } } }';

const verify = (secret: string, later = 0) => verifySecret(contextAt(null, { later }), secret);

async function someKey(viewer: Viewer, scopes: readonly string[] = ['study:read']) {
  const { data } = await ask(viewer, create, { name: 'notebook', scopes });
  return data.answer as { secret: string; accessToken: { id: string; prefix: string } };
}

describe('an access token', () => {
  it('stands for its owner with its scopes, and shows its secret once', async () => {
    const { viewer } = await world.someUser();
    const { secret, accessToken } = await someKey(viewer, ['study:read', 'ai:use', 'ai:use']);
    expect(secret).toMatch(/^smk_[\w-]{54}$/);
    expect(accessToken).toMatchObject({
      name: 'notebook',
      scopes: ['study:read', 'ai:use'],
      expiresAt: null,
    });
    expect(secret.startsWith(accessToken.prefix)).toBe(true);
    expect(accessToken.prefix).toHaveLength(16);
    expect(await verify(secret)).toMatchObject({
      active: true,
      id: accessToken.id,
      plan: null,
      viewer: {
        id: viewer.id,
        roles: [],
        scopes: ['study:read', 'ai:use'],
        sessionId: accessToken.id,
        timeZone: viewer.timeZone,
      },
    });
    const stored = await world.database.accessToken.findUniqueOrThrow({ where: { id: accessToken.id } });
    expect(JSON.stringify(stored)).not.toContain(secret.slice(20));
  });

  it('is listed with its last use, to the minute', async () => {
    const { viewer } = await world.someUser();
    const { secret, accessToken } = await someKey(viewer);
    const listed = async () => (await ask(viewer, list)).data.viewer.accessTokens;
    expect(await listed()).toEqual([
      { id: accessToken.id, name: 'notebook', prefix: accessToken.prefix, lastUsedAt: null },
    ]);
    const usedAt = async (later: number) => {
      await verify(secret, later);
      return new Date((await listed())[0].lastUsedAt).getTime() - contextAt(null).now().getTime();
    };
    expect(await usedAt(1_000)).toBe(1_000);
    expect(await usedAt(30_000)).toBe(1_000);
    expect(await usedAt(2 * minuteMs)).toBe(2 * minuteMs);
  });

  it('may do no more than its owner may now', async () => {
    const { viewer } = await world.someUser();
    const { data } = await ask(viewer, create, { name: 'too much', scopes: ['study:read', 'admin:users'] });
    expect(data.answer).toMatchObject({ __typename: 'ForbiddenError' });
    const { secret } = await someKey(viewer, ['study:read', 'quiz:take']);
    await world.database.user.update({ where: { id: viewer.id }, data: { roles: ['SUPPORT'] } });
    expect(await verify(secret)).toMatchObject({ active: true, viewer: { scopes: [] } });
    await world.database.user.update({ where: { id: viewer.id }, data: { disabledAt: new Date() } });
    expect(await verify(secret)).toEqual({ active: false });
  });

  it('ends when it is revoked, when its time is over, and is nothing with a changed letter', async () => {
    const { viewer } = await world.someUser();
    const { secret, accessToken } = await someKey(viewer);
    expect((await ask(viewer, revoke, { id: accessToken.id })).data.answer.__typename).toBe(
      'Acknowledgement',
    );
    expect(await verify(secret)).toEqual({ active: false });
    expect(await world.redis.exists(revocationKey(accessToken.id))).toBe(1);
    expect((await ask(viewer, list)).data.viewer.accessTokens).toEqual([]);

    const expiresAt = new Date(contextAt(null).now().getTime() + 10 * minuteMs).toISOString();
    const { answer } = (await ask(viewer, create, { name: 'short', scopes: ['study:read'], expiresAt })).data;
    expect(await verify(answer.secret, 9 * minuteMs)).toMatchObject({ active: true, expiresAt });
    expect(await verify(answer.secret, 10 * minuteMs)).toEqual({ active: false });
    const changed = answer.secret.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A'));
    for (const wrong of [changed, answer.secret.slice(4), 'smk_', '', `${answer.secret}A`])
      expect(await verify(wrong)).toEqual({ active: false });
  });

  it('is refused what takes a person: it makes and revokes no keys', async () => {
    const { viewer } = await world.someUser();
    const { secret, accessToken } = await someKey(viewer);
    const verified = await verify(secret);
    if (!verified.active) throw new Error('The key is no good.');
    for (const [document, variables] of [
      [create, { name: 'child', scopes: ['study:read'] }],
      [revoke, { id: accessToken.id }],
    ] as const) {
      const { errors } = await ask(verified.viewer, document, variables);
      expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });
});

describe('making one', () => {
  it('takes a fresh proof and tells the owner by mail', async () => {
    const { viewer, email } = await world.someUser();
    const late = askAt({ later: 16 * minuteMs });
    const { errors } = await late(viewer, create, { name: 'late', scopes: ['study:read'] });
    expect(errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
    await someKey(viewer);
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/키|key/);
  });

  it.each([
    [{ name: ' ', scopes: ['study:read'] }, ['name']],
    [{ name: 'x', scopes: [] }, ['scopes']],
    [{ name: 'x', scopes: ['everything'] }, ['scopes']],
    [{ name: 'x', scopes: ['study:read'], expiresAt: '2020-01-01T00:00:00Z' }, ['expiresAt']],
  ])('refuses %j', async (input, [field]) => {
    const { viewer } = await world.someUser();
    const { answer } = (await ask(viewer, create, input)).data;
    expect(answer.__typename).toBe('ValidationError');
    expect(answer.path[0]).toBe(field);
  });

  it('stops at 20, also when they are asked for together', async () => {
    const { viewer } = await world.someUser();
    const answers = await Promise.all(Array.from({ length: 22 }, () => someKey(viewer)));
    expect(answers.filter(({ secret }) => secret)).toHaveLength(20);
  });
});

describe('somebody else', () => {
  it('neither sees nor revokes it', async () => {
    const [{ viewer }, other] = await Promise.all([world.someUser(), world.someUser()]);
    const { secret, accessToken } = await someKey(viewer);
    for (const id of [accessToken.id, newId('AccessToken')]) {
      const { data } = await ask(other.viewer, revoke, { id });
      expect(data.answer).toMatchObject({ __typename: 'NotFoundError' });
    }
    const entity = `{ _entities(representations: [{ __typename: "AccessToken", id: "${accessToken.id}" }]) {
      ... on AccessToken { name } } }`;
    expect((await ask(other.viewer, entity)).data._entities).toEqual([null]);
    expect(await verify(secret)).toMatchObject({ active: true });
  });
});

describe('the question of a gateway', () => {
  const secret = 'a secret of thirty-two characters!';
  const route = verifySecretRoute(() => contextAt(null), { ...process.env, SUBGRAPH_SECRET: secret });
  const question = (headers: Record<string, string>, body: string) =>
    route['POST /internal/access-tokens']?.({ headers, body: Buffer.from(body) } as never);

  it('is answered when it is signed', async () => {
    const { viewer } = await world.someUser();
    const key = await someKey(viewer);
    const body = JSON.stringify({ key: key.secret });
    const signed = signRequest(secret, { viewer: null, requestId: 'request-1' }, body);
    expect((await question(signed, body))?.body).toContain(key.accessToken.id);
    expect((await question({}, body))?.status).toBe(401);
    expect((await question(signed, body))?.status).toBe(401);
  });
});

describe('the plan', () => {
  it('follows the subscription, into tokens and keys', async () => {
    const { viewer, email } = await world.someUser();
    const { secret } = await someKey(viewer);
    const hear = (status: string) =>
      keepPlan(contextAt(null), {
        userId: viewer.id,
        subscriptionId: newId('UserSubscription'),
        planCode: 'plus',
        planName: 'Plus',
        status,
        currentPeriodEnd: new Date().toISOString(),
      });
    const planOf = async () => {
      const tokens = await world.signIn(email, 'quietly humming turbines');
      const [, payload = ''] = tokens.accessToken.split('.');
      const claims: { plan?: string } = JSON.parse(Buffer.from(payload, 'base64url').toString());
      return claims.plan ?? null;
    };
    await hear('ACTIVE');
    expect([await planOf(), await verify(secret)]).toMatchObject(['plus', { plan: 'plus' }]);
    await hear('CANCELED');
    expect([await planOf(), await verify(secret)]).toMatchObject([null, { plan: null }]);
  });
});
