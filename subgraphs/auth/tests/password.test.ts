import { describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { authWorld, documents, type Place, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt, database } = world;
const minuteMs = 60_000;
const otherPassword = 'seven lanterns by the river';

const request = async (email: string) =>
  (await ask(null, 'mutation ($email: String!) { requestPasswordReset(email: $email) { ok } }', { email }))
    .data;
const reset = async (token: string, newPassword = otherPassword, place: Place = {}) =>
  (await askAt(place)(null, documents.resetPassword, { token, newPassword })).data.answer;
const resetTokenFor = async (email: string) => {
  await request(email);
  return world.tokenFor(email);
};

describe('password reset', () => {
  it('sets the new password by a mailed token, signs in, and ends every session', async () => {
    const { email, refreshToken } = await world.someUser();
    const answer = await reset(await resetTokenFor(email));
    expect(answer.__typename).toBe('AuthTokens');
    expect((await world.signIn(email, strongPassword)).code).toBe('INVALID_CREDENTIALS');
    expect((await world.signIn(email, otherPassword)).__typename).toBe('AuthTokens');
    const refreshed = (await ask(null, documents.refresh, { refreshToken })).data.answer;
    expect(refreshed.code).toBe('INVALID_CREDENTIALS');
    await world.deliverMails();
    expect(world.mailsTo(email).some(({ subject }) => /비밀번호가 변경/.test(subject))).toBe(true);
  });

  it('works once, however many try at once', async () => {
    const { email } = await world.someUser();
    const token = await resetTokenFor(email);
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token)));
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
    expect((await reset(token)).code).toBe('INVALID_CREDENTIALS');
  });

  it('is over after 30 minutes, and when a newer one was sent', async () => {
    const { email } = await world.someUser();
    const first = await resetTokenFor(email);
    expect((await reset(first, otherPassword, { later: 31 * minuteMs })).code).toBe('INVALID_CREDENTIALS');
    const second = await resetTokenFor(email);
    expect((await reset(first)).code).toBe('INVALID_CREDENTIALS');
    expect((await reset(second)).__typename).toBe('AuthTokens');
  });

  it('does not use up the token on a password that breaks the rules', async () => {
    const { email } = await world.someUser({ displayName: 'Leopoldina Carvalho' });
    const token = await resetTokenFor(email);
    expect(await reset(token, 'leopoldina-carvalho')).toMatchObject({
      __typename: 'ValidationError',
      path: ['newPassword'],
      constraint: 'predictable',
    });
    expect((await reset(token)).__typename).toBe('AuthTokens');
  });

  it('answers alike for unknown addresses and writes to nobody', async () => {
    const { email: known } = await world.someUser();
    const unknown = `${newRowId()}@example.org`;
    expect(await request(unknown)).toEqual(await request(known));
    expect(await request('no address')).toEqual({ requestPasswordReset: { ok: true } });
    await world.deliverMails();
    expect(world.mailsTo(unknown)).toEqual([]);
  });

  it('sends one address no more than ten tokens an hour', async () => {
    const { email } = await world.someUser();
    const before = world.mailsTo(email).length;
    for (let round = 0; round < 13; round += 1) await request(email);
    await world.deliverMails();
    expect(world.mailsTo(email).length - before).toBe(10);
  });

  it('links to the configured page and keeps the token out of what servers log', async () => {
    const { email } = await world.someUser();
    const token = await resetTokenFor(email);
    const link = /https?:\S+/.exec(world.mailsTo(email).at(-1)?.text ?? '')?.[0] ?? '';
    expect(new URL(link).origin).toBe('http://127.0.0.1:4000');
    expect(new URL(link).search).toBe('');
    expect(new URL(link).hash).toBe(`#token=${token}`);
  });

  it('cannot be had with the token of a registration', async () => {
    const email = `${newRowId()}@example.org`;
    await ask(null, documents.register, { input: { email, password: strongPassword, displayName: 'Ada' } });
    expect((await reset(await world.tokenFor(email))).code).toBe('INVALID_CREDENTIALS');
  });
});

describe('changePassword', () => {
  const document = `mutation ($currentPassword: String!, $newPassword: String!) {
    answer: changePassword(currentPassword: $currentPassword, newPassword: $newPassword) {
      __typename ... on ValidationError { constraint } ... on UserError { code } } }`;

  it('ends every other session and tells the owner', async () => {
    const { email, viewer } = await world.someUser();
    const other = await world.signIn(email, strongPassword);
    const change = { currentPassword: strongPassword, newPassword: otherPassword };
    expect((await ask(viewer, document, change)).data.answer.__typename).toBe('Acknowledgement');

    const sessions = await database.session.findMany({ where: { userId: viewer.id } });
    const ended = sessions.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id);
    expect(ended).toEqual([other.session.id]);
    expect((await world.signIn(email, otherPassword)).__typename).toBe('AuthTokens');
    await world.deliverMails();
    expect(world.mailsTo(email).some(({ subject }) => /비밀번호가 변경/.test(subject))).toBe(true);
  });

  it.each([
    [
      'a wrong current password',
      { currentPassword: 'not the right password', newPassword: otherPassword },
      'INVALID_CREDENTIALS',
    ],
    [
      'a weak new password',
      { currentPassword: strongPassword, newPassword: 'passwordpassword' },
      'VALIDATION',
    ],
  ])('refuses %s', async (_what, change, code) => {
    const { viewer } = await world.someUser();
    expect((await ask(viewer, document, change)).data.answer.code).toBe(code);
  });

  it('is refused to a token whose session has ended', async () => {
    const { viewer } = await world.someUser();
    await ask(viewer, 'mutation { signOut { ok } }');
    const { errors } = await ask(viewer, document, {
      currentPassword: strongPassword,
      newPassword: otherPassword,
    });
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('changeEmail', () => {
  const document = `mutation ($newEmail: String!, $password: String!) {
    answer: changeEmail(newEmail: $newEmail, password: $password) { __typename ... on UserError { code path } } }`;

  it('moves the account when the new address is verified, and warns the old one at once', async () => {
    const { email, viewer } = await world.someUser();
    const newEmail = `${newRowId()}@example.org`;
    await ask(viewer, document, { newEmail, password: strongPassword });
    const token = await world.tokenFor(newEmail);
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/주소 변경이 요청/);
    expect((await ask(viewer, '{ viewer { email } }')).data.viewer.email).toBe(email);

    const { data } = await ask(null, documents.verifyEmail, { token });
    expect(data.answer).toMatchObject({ __typename: 'AuthTokens', user: { id: viewer.id } });
    expect((await ask(viewer, '{ viewer { email } }')).data.viewer.email).toBe(newEmail);
    expect((await world.signIn(email, strongPassword)).code).toBe('INVALID_CREDENTIALS');
    expect((await ask(null, documents.verifyEmail, { token })).data.answer.code).toBe('INVALID_CREDENTIALS');
  });

  it('tells the asker nothing about an address that is taken, only its owner', async () => {
    const { email: taken } = await world.someUser();
    const { viewer } = await world.someUser();
    const free = `${newRowId()}@example.org`;
    const answers = [];
    for (const newEmail of [taken, free]) {
      answers.push((await ask(viewer, document, { newEmail, password: strongPassword })).data.answer);
    }
    expect(answers).toEqual([{ __typename: 'Acknowledgement' }, { __typename: 'Acknowledgement' }]);
    await world.deliverMails();
    expect(world.mailsTo(taken).at(-1)?.subject).toMatch(/이미 StudyMate 계정/);
  });

  it('refuses a wrong password', async () => {
    const { viewer } = await world.someUser();
    const newEmail = `${newRowId()}@example.org`;
    const { data } = await ask(viewer, document, { newEmail, password: 'not the right password' });
    expect(data.answer.code).toBe('INVALID_CREDENTIALS');
  });
});
