import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { registry } from '@studymate/runtime';
import { decodeProtectedHeader } from 'jose';
import { countActiveUsers } from '../src/session/active-users.sweep.ts';
import { announceRecentRevocations } from '../src/session/revocation.sweep.ts';
import { revocationKey } from '../src/session/revocations.ts';
import { authWorld, documents, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt, database, redis } = world;
const refresh = async (refreshToken: string, later = 0) =>
  (await askAt({ later })(null, documents.refresh, { refreshToken })).data.answer;
const isRevoked = async (sessionId: string) => (await redis.exists(revocationKey(sessionId))) === 1;
const secondMs = 1_000;

describe('refreshSession', () => {
  it('exchanges each token once, for a new pair of the same session', async () => {
    const { viewer, refreshToken } = await world.someUser();
    const next = await refresh(refreshToken);
    expect(next).toMatchObject({ __typename: 'AuthTokens', session: { id: viewer.sessionId } });
    expect(next.refreshToken).not.toBe(refreshToken);
    expect((await world.viewerOf(next.accessToken)).sessionId).toBe(viewer.sessionId);
  });

  it('ends the whole session when an exchanged token comes again, and only that session', async () => {
    const { email, viewer, refreshToken: first } = await world.someUser();
    const other = await world.signIn(email, strongPassword);
    const second = (await refresh(first)).refreshToken;
    const third = (await refresh(second)).refreshToken;

    expect(await refresh(first)).toMatchObject({ code: 'TOKEN_REUSED', revokedSessionCount: 1 });

    expect((await refresh(third)).code).toBe('INVALID_CREDENTIALS');
    expect(await isRevoked(viewer.sessionId)).toBe(true);
    expect((await refresh(other.refreshToken)).__typename).toBe('AuthTokens');
    expect(await isRevoked(other.session.id)).toBe(false);
  });

  it('tells the owner of the reuse, in the history and by mail', async () => {
    const { email, viewer, refreshToken: first } = await world.someUser();
    const second = (await refresh(first)).refreshToken;
    await refresh(second);
    await refresh(first);
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/세션 하나를 종료/);
    const { data } = await ask(
      viewer,
      '{ viewer { loginHistory(first: 1) { edges { node { method outcome } } } } }',
    );
    expect(data.viewer.loginHistory.edges[0].node).toEqual({ method: 'REFRESH', outcome: 'BAD_CREDENTIALS' });
  });

  it('gives a client that lost the answer the same successor for ten seconds', async () => {
    const { refreshToken } = await world.someUser();
    const { refreshToken: successor } = await refresh(refreshToken);
    expect((await refresh(refreshToken, 9 * secondMs)).refreshToken).toBe(successor);
    expect((await refresh(refreshToken, 11 * secondMs)).code).toBe('TOKEN_REUSED');
  });

  it('gives parallel callers one and the same successor', async () => {
    const { refreshToken } = await world.someUser();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(answers.every(({ __typename }) => __typename === 'AuthTokens')).toBe(true);
  });

  it('ends after 30 days without use', async () => {
    const { refreshToken } = await world.someUser();
    expect((await refresh(refreshToken, 30 * 86_400 * secondMs)).code).toBe('INVALID_CREDENTIALS');
  });

  it.each(['', 'nonsense', 'A'.repeat(54)])('refuses %p', async (token) => {
    expect((await refresh(token)).code).toBe('INVALID_CREDENTIALS');
  });

  it('is not to be had with an access token, nor an access token with it', async () => {
    const { accessToken, refreshToken } = await world.someUser();
    expect((await refresh(accessToken)).code).toBe('INVALID_CREDENTIALS');
    await expect(world.viewerOf(refreshToken)).rejects.toThrow();
  });

  it('keeps no token in the database', async () => {
    const { refreshToken, accessToken } = await world.someUser();
    const rows = JSON.stringify([await database.refreshToken.findMany(), await database.session.findMany()]);
    expect(rows).not.toContain(refreshToken);
    expect(rows).not.toContain(accessToken);
  });
});

describe('access token', () => {
  it('says what it is and names a published key', async () => {
    const { accessToken } = await world.someUser();
    const header = decodeProtectedHeader(accessToken);
    const { keys } = await world.resources.signingKeys.jwks(new Date());
    expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: header.kid, alg: 'EdDSA', use: 'sig' },
    ]);
  });

  it('is signed by a key whose private half lies encrypted', async () => {
    await world.someUser();
    const [key] = await database.signingKey.findMany();
    expect(key?.privateCipher).toMatch(/^v1\.development\./);
  });
});

describe('sessions', () => {
  const list = `query ($first: Int, $after: String) { viewer { sessions(first: $first, after: $after) {
    edges { cursor node { id current deviceName ipAddress userAgent authLevel } } pageInfo { hasNextPage endCursor } } } }`;

  it('are listed the youngest first, page by page, with the one that asks marked', async () => {
    const { email, viewer } = await world.someUser();
    for (let later = 1; later <= 4; later += 1) {
      const variables = { email, password: strongPassword, deviceName: `device ${later}` };
      await askAt({ later })(null, documents.signIn, variables);
    }
    const seen: { id: string; current: boolean; deviceName: string }[] = [];
    let after: string | null = null;
    do {
      const { data } = await ask(viewer, list, { first: 2, after });
      const { edges, pageInfo } = data.viewer.sessions;
      seen.push(...edges.map((edge: { node: (typeof seen)[number] }) => edge.node));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);

    expect(seen.map(({ deviceName }) => deviceName)).toEqual([
      'device 4',
      'device 3',
      'device 2',
      'device 1',
      null,
    ]);
    expect(seen.map(({ current }) => current)).toEqual([false, false, false, false, true]);
    expect(seen.at(-1)).toMatchObject({ id: viewer.sessionId, ipAddress: '192.0.2.1' });
  });

  it('refuse a page of more than 100, and a forged cursor', async () => {
    const { viewer } = await world.someUser();
    for (const variables of [{ first: 101 }, { first: 0 }, { first: 5, after: 'forged' }]) {
      const { errors } = await ask(viewer, list, variables);
      expect(errors[0]?.extensions.code).toBe('VALIDATION');
    }
  });

  const revoke = `mutation ($id: ID!) { answer: revokeSession(id: $id) {
    __typename ... on UserError { code message path } } }`;

  it('end by id, for their owner: the refresh token dies and the gateways hear of it', async () => {
    const { email, viewer } = await world.someUser();
    const other = await world.signIn(email, strongPassword);
    const heard: string[] = [];
    const listener = redis.duplicate();
    await listener.connect();
    listener.on('message', (_channel, sessionId) => heard.push(sessionId));
    await listener.subscribe('session-revoked');

    expect((await ask(viewer, revoke, { id: other.session.id })).data.answer.__typename).toBe(
      'Acknowledgement',
    );

    expect((await refresh(other.refreshToken)).code).toBe('INVALID_CREDENTIALS');
    expect(await redis.ttl(revocationKey(other.session.id))).toBeGreaterThanOrEqual(600);
    await new Promise((resolve) => setTimeout(resolve, 50));
    listener.disconnect();
    expect(heard).toEqual([other.session.id]);
  });

  it('of others are answered like sessions that do not exist, and go on', async () => {
    const { viewer: owner, refreshToken } = await world.someUser();
    const { viewer: stranger } = await world.someUser();
    const foreign = (await ask(stranger, revoke, { id: owner.sessionId })).data;
    const unknown = (await ask(stranger, revoke, { id: newId('Session') })).data;
    expect(foreign).toEqual(unknown);
    expect(foreign.answer.code).toBe('NOT_FOUND');
    expect((await refresh(refreshToken)).__typename).toBe('AuthTokens');
  });

  const entity = `query ($id: ID!) { _entities(representations: [{ __typename: "Session", id: $id }]) {
    ... on Session { ipAddress } } }`;

  it('are entities for their owner and null for strangers', async () => {
    const { viewer: owner } = await world.someUser();
    const { viewer: stranger } = await world.someUser();
    expect((await ask(owner, entity, { id: owner.sessionId })).data._entities).toEqual([
      { ipAddress: '192.0.2.1' },
    ]);
    expect((await ask(stranger, entity, { id: owner.sessionId })).data._entities).toEqual([null]);
    expect((await ask(null, entity, { id: owner.sessionId })).errors[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  it.each([
    [false, 1],
    [true, 3],
  ])('end by signOut(allSessions: %p)', async (allSessions, ended) => {
    const { email, viewer } = await world.someUser();
    await world.signIn(email, strongPassword);
    await world.signIn(email, strongPassword);
    const { data } = await ask(viewer, 'mutation ($all: Boolean) { signOut(allSessions: $all) { ok } }', {
      all: allSessions,
    });
    expect(data.signOut).toEqual({ ok: true });
    const revoked = await database.session.findMany({
      where: { userId: viewer.id, revokedAt: { not: null } },
    });
    expect(revoked).toHaveLength(ended);
    expect(await isRevoked(viewer.sessionId)).toBe(true);
  });

  it('that ended while Redis was away are announced by the sweep', async () => {
    const { viewer } = await world.someUser();
    await database.session.update({ where: { id: viewer.sessionId }, data: { revokedAt: new Date() } });
    expect(await isRevoked(viewer.sessionId)).toBe(false);
    await announceRecentRevocations(world.contextAt(null));
    expect(await isRevoked(viewer.sessionId)).toBe(true);
  });
});

describe('active users', () => {
  const countAt = async (laterMs: number): Promise<number> => {
    await countActiveUsers(world.contextAt(null, { later: laterMs }));
    return Number(/^active_users (\d+)$/m.exec(await registry.metrics())?.[1]);
  };
  const minuteMs = 60_000;
  const dayMs = 86_400_000;

  it('are people who signed in or came back within a quarter of an hour, each once', async () => {
    const { email, refreshToken } = await world.someUser();
    const before = await countAt(0);
    await world.signIn(email, strongPassword);
    expect(await countAt(0)).toBe(before);
    await world.someUser();
    expect(await countAt(0)).toBe(before + 1);

    await refresh(refreshToken, dayMs);
    expect(await countAt(dayMs + 14 * minuteMs)).toBe(1);
    expect(await countAt(dayMs + 16 * minuteMs)).toBe(0);
  });

  it('are none without a live session', async () => {
    const { refreshToken, viewer } = await world.someUser();
    await refresh(refreshToken, 2 * dayMs);
    expect(await countAt(2 * dayMs)).toBe(1);
    await database.session.update({ where: { id: viewer.sessionId ?? '' }, data: { revokedAt: new Date() } });
    expect(await countAt(2 * dayMs)).toBe(0);
  });
});
