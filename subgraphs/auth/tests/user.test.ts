import { describe, expect, it } from '@jest/globals';
import { demoUsers, newId } from '@studymate/contracts';
import type { AuthClient } from '@studymate/database/auth';
import { shredKeys } from '@studymate/database/encryption';
import { countQueries, outboxOf, someViewer } from '@studymate/testkit';
import { seed } from '../src/demo-users.seed.ts';
import { authWorld, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt, database } = world;
const hourMs = 3_600_000;

const update = `mutation ($input: UpdateProfileInput!) { answer: updateProfile(input: $input) {
  __typename ... on User { displayName phoneNumber birthDate avatarUrl locale timeZone dayStartMinutes version }
  ... on ConflictError { currentVersion } ... on RateLimitedError { retryAfterSeconds }
  ... on UserError { code path } } }`;

const privateFields = `email phoneNumber birthDate emailVerified roles disabledAt sessions { edges { node { id } } }
  mfaFactors { id } recoveryCodesLeft loginHistory { edges { node { id } } }`;

describe('viewer', () => {
  it('is null for the anonymous, without an error', async () => {
    expect(await ask(null, '{ viewer { id } }')).toEqual({ data: { viewer: null }, errors: [] });
  });
});

describe('updateProfile', () => {
  it('changes what is given and leaves the rest', async () => {
    const { viewer } = await world.someUser();
    const input = { phoneNumber: '+82 (10) 1234-5678', birthDate: '1999-12-31', dayStartMinutes: 300 };
    const first = (await ask(viewer, update, { input })).data.answer;
    expect(first).toMatchObject({
      phoneNumber: '+821012345678',
      birthDate: '1999-12-31',
      dayStartMinutes: 300,
    });

    const second = (await ask(viewer, update, { input: { displayName: ' Slow Fox ', phoneNumber: null } }))
      .data.answer;
    expect(second).toMatchObject({
      displayName: 'Slow Fox',
      phoneNumber: null,
      birthDate: '1999-12-31',
      version: first.version + 1,
    });
  });

  it('tells the other domains', async () => {
    const { viewer } = await world.someUser();
    await ask(viewer, update, { input: { timeZone: 'Europe/Zurich', locale: 'de-CH' } });
    const told = (await outboxOf(database)).filter(({ payload }) => payload.userId === viewer.id);
    expect(told.at(-1)).toMatchObject({
      name: 'auth.user.updated',
      payload: { timeZone: 'Europe/Zurich', locale: 'de-CH', dayStartMinutes: 240 },
    });
  });

  it('keeps phone number and birth date unreadable in the database, equal ones unlike each other', async () => {
    const numbers = ['+821099998888', '+821099998888'];
    for (const phoneNumber of numbers) {
      const { viewer } = await world.someUser();
      await ask(viewer, update, { input: { phoneNumber, birthDate: '1987-06-05' } });
    }
    const users = await database.user.findMany({ where: { phoneNumberCipher: { not: null } } });
    const sealed = users.slice(-2).map(({ phoneNumberCipher }) => phoneNumberCipher);
    expect(new Set(sealed).size).toBe(2);
    expect(JSON.stringify(users)).not.toMatch(/821099998888|1987-06-05/);
  });

  it('seals them by a key of their owner: without it they are nothing, and others keep theirs', async () => {
    const [gone, staying] = [await world.someUser(), await world.someUser()];
    for (const { viewer } of [gone, staying]) {
      await ask(viewer, update, { input: { phoneNumber: '+821099997777', birthDate: '1987-06-05' } });
    }
    await shredKeys(database, gone.viewer.id);
    const read = async ({ viewer }: typeof gone) =>
      (await ask(viewer, '{ viewer { phoneNumber birthDate } }')).data.viewer;
    expect(await read(gone)).toEqual({ phoneNumber: null, birthDate: null });
    expect(await read(staying)).toEqual({ phoneNumber: '+821099997777', birthDate: '1987-06-05' });
  });

  it('refuses to overwrite what the writer has not seen', async () => {
    const { viewer } = await world.someUser();
    await ask(viewer, update, { input: { displayName: 'One', expectedVersion: 1 } });
    const { answer } = (await ask(viewer, update, { input: { displayName: 'Two', expectedVersion: 1 } }))
      .data;
    expect(answer).toMatchObject({ code: 'CONFLICT', currentVersion: 2 });
    expect((await ask(viewer, '{ viewer { displayName } }')).data.viewer.displayName).toBe('One');
  });

  it('lets of parallel writers of one version exactly one win', async () => {
    const { viewer } = await world.someUser();
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        ask(viewer, update, { input: { displayName: `Writer ${index}`, expectedVersion: 1 } }),
      ),
    );
    const outcomes = answers.map(({ data }) => data.answer.__typename).sort();
    expect(outcomes).toEqual(['ConflictError', 'ConflictError', 'ConflictError', 'ConflictError', 'User']);
  });

  it.each([
    ['a number that is none', { phoneNumber: '12345' }, ['input', 'phoneNumber']],
    ['a birth date to come', { birthDate: '2999-01-01' }, ['input', 'birthDate']],
    ['a name of two lines', { displayName: 'Ada\nLovelace' }, ['input', 'displayName']],
    ['no name', { displayName: null }, ['input', 'displayName']],
    ['a script for a picture', { avatarUrl: 'javascript:alert(1)' }, ['input', 'avatarUrl']],
    ['a day that starts after it ends', { dayStartMinutes: 1_440 }, ['input', 'dayStartMinutes']],
  ])('refuses %s', async (_what, input, path) => {
    const { viewer } = await world.someUser();
    expect((await ask(viewer, update, { input })).data.answer).toMatchObject({ code: 'VALIDATION', path });
  });

  it('lets the zone change three times in 24 hours, and writes down each move', async () => {
    const { viewer } = await world.someUser();
    const move = async (timeZone: string, later = 0) =>
      (await askAt({ later })(viewer, update, { input: { timeZone } })).data.answer;
    for (const zone of ['Pacific/Honolulu', 'Asia/Seoul', 'Pacific/Apia']) {
      expect((await move(zone)).timeZone).toBe(zone);
    }
    expect(await move('UTC', hourMs)).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 23 * 3_600 });
    expect((await ask(viewer, '{ viewer { timeZone } }')).data.viewer.timeZone).toBe('Pacific/Apia');
    expect((await move('Pacific/Apia', hourMs)).__typename).toBe('User');
    expect((await move('UTC', 24 * hourMs + 1)).timeZone).toBe('UTC');
    expect(await database.timeZoneChange.count({ where: { userId: viewer.id } })).toBe(4);
  });
});

describe('another user’s account', () => {
  const entity = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) {
    ... on User { displayName ${privateFields} } } }`;

  it('is null for a learner, the same as one that does not exist', async () => {
    const { viewer: owner } = await world.someUser();
    const { viewer: stranger } = await world.someUser();
    const foreign = await ask(stranger, entity, { id: owner.id });
    expect(foreign).toEqual(await ask(stranger, entity, { id: newId('User') }));
    expect(foreign.data._entities).toEqual([null]);
    expect((await ask(owner, entity, { id: owner.id })).data._entities[0].displayName).toBe('Quick Fox');
  });

  it('shows support its profile and administrators all of it', async () => {
    const { viewer: owner, email } = await world.someUser();
    const query = `query ($id: ID!) { user(id: $id) { displayName ${privateFields} } }`;
    const support = await ask(someViewer({ roles: ['SUPPORT'] }), query, { id: owner.id });
    expect(support.data.user).toMatchObject({ displayName: 'Quick Fox', email: null, sessions: null });
    expect(support.errors.every(({ extensions }) => extensions.code === 'FORBIDDEN')).toBe(true);
    const admin = await ask(someViewer({ roles: ['ADMIN'] }), query, { id: owner.id });
    expect(admin.data.user).toMatchObject({ displayName: 'Quick Fox', email, roles: ['LEARNER'] });
    const learner = await ask(someViewer(), query, { id: owner.id });
    expect(learner.errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('users', () => {
  const query = `query ($first: Int!, $after: String, $search: String) {
    users(first: $first, after: $after, search: $search) { totalCount pageInfo { hasNextPage endCursor }
      edges { node { id displayName ${privateFields} } } } }`;
  const admin = someViewer({ roles: ['ADMIN'] });

  it('are listed for administrators, found by the start of address or name, page by page', async () => {
    const name = `Zebulon ${Math.random()}`;
    for (let index = 0; index < 3; index += 1) await world.someUser({ displayName: `${name} ${index}` });
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await ask(admin, query, { first: 2, after, search: name.toUpperCase() });
      expect(data.users.totalCount).toBe(3);
      names.push(...data.users.edges.map(({ node }: { node: { displayName: string } }) => node.displayName));
      after = data.users.pageInfo.hasNextPage ? data.users.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names.sort()).toEqual([`${name} 0`, `${name} 1`, `${name} 2`]);
    expect((await ask(someViewer(), query, { first: 2 })).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('take the same number of statements with all that hangs on them, however many there are', async () => {
    for (let index = 0; index < 4; index += 1) await world.someUser();
    const { client, sent } = countQueries<AuthClient>(database);
    const counted = askAt({}, client);
    const statementsFor = async (first: number) => {
      sent.count = 0;
      const { data, errors } = await counted(admin, query, { first });
      expect(errors).toEqual([]);
      expect(data.users.edges).toHaveLength(first);
      return sent.count;
    };
    const forOne = await statementsFor(1);
    expect(await statementsFor(4)).toBe(forOne);
    expect(forOne).toBeLessThanOrEqual(7);
  });
});

describe('administration', () => {
  const setRoles = `mutation ($userId: ID!, $roles: [Role!]!) { answer: setUserRoles(userId: $userId, roles: $roles) {
    __typename ... on User { id } ... on UserError { code path } } }`;
  const disable = `mutation ($userId: ID!) { answer: disableUser(userId: $userId, reason: "spam") {
    __typename ... on UserError { code } } }`;
  const enable = `mutation ($userId: ID!) { answer: enableUser(userId: $userId) { __typename } }`;
  const admin = someViewer({ roles: ['ADMIN'] });

  it('gives roles, whose scopes count from the next sign-in, and ends the sessions of before', async () => {
    const { email, viewer } = await world.someUser();
    await ask(admin, setRoles, { userId: viewer.id, roles: ['AUTHOR', 'AUTHOR'] });
    const session = await database.session.findUnique({ where: { id: viewer.sessionId } });
    expect(session?.revokedReason).toBe('ROLES_CHANGED');
    const { accessToken } = await world.signIn(email, strongPassword);
    expect(await world.viewerOf(accessToken)).toMatchObject({
      roles: ['AUTHOR'],
      scopes: expect.arrayContaining(['quiz:author']),
    });
  });

  it('shuts an account and opens it again', async () => {
    const { email, viewer } = await world.someUser();
    expect((await ask(admin, disable, { userId: viewer.id })).data.answer.__typename).toBe('Acknowledgement');
    expect((await world.signIn(email, strongPassword)).code).toBe('INVALID_CREDENTIALS');
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/비활성화/);
    await ask(admin, enable, { userId: viewer.id });
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
  });

  it('is not for learners, not for oneself, and finds no unknown users', async () => {
    const { viewer } = await world.someUser();
    expect(
      (await ask(viewer, setRoles, { userId: viewer.id, roles: ['ADMIN'] })).errors[0]?.extensions.code,
    ).toBe('FORBIDDEN');
    expect((await ask(admin, setRoles, { userId: admin.id, roles: ['LEARNER'] })).data.answer.code).toBe(
      'VALIDATION',
    );
    expect((await ask(admin, disable, { userId: newId('User') })).data.answer.code).toBe('NOT_FOUND');
  });
});

describe('demo users', () => {
  it('are seeded once, verified, with the roles they are named for', async () => {
    const databaseUrl = world.url;
    await seed({ databaseUrl });
    await seed({ databaseUrl });
    for (const { id, email, password, role } of demoUsers) {
      const answer = await world.signIn(email, password);
      expect(answer).toMatchObject({ __typename: 'AuthTokens', user: { id } });
      expect((await world.viewerOf(answer.accessToken)).roles).toEqual([role]);
      const told = (await outboxOf(database)).filter(({ payload }) => payload.userId === id);
      expect(told.map(({ name }) => name)).toEqual(['auth.user.registered']);
    }
  });
});
