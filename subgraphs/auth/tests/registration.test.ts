import { describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { outboxOf } from '@studymate/testkit';
import { authWorld, documents, strongPassword } from './world.ts';

const world = await authWorld();
const limitedWorld = await authWorld({ REGISTRATIONS_PER_ADDRESS: '2' });
const { ask, askAt, database } = world;
const someEmail = () => `${newRowId()}@example.org`;
const application = (email: string, more: object = {}) => ({
  input: { email, password: strongPassword, displayName: 'Quick Fox', ...more },
});
const register = async (email: string, more: object = {}) =>
  (await ask(null, documents.register, application(email, more))).data.answer;
const verify = async (token: string) => (await ask(null, documents.verifyEmail, { token })).data.answer;

describe('register', () => {
  it('leads by the mailed token to an account that is signed in', async () => {
    const email = someEmail();
    expect(
      await register(` ${email.toUpperCase()} `, { timeZone: 'Asia/Seoul', locale: 'ko' }),
    ).toMatchObject({
      __typename: 'RegistrationAccepted',
      email,
    });

    const answer = await verify(await world.tokenFor(email));

    expect(answer).toMatchObject({ __typename: 'AuthTokens', user: { displayName: 'Quick Fox' } });
    const viewer = await world.viewerOf(answer.accessToken);
    expect(viewer).toMatchObject({
      id: answer.user.id,
      roles: ['LEARNER'],
      emailVerified: true,
      locale: 'ko',
      timeZone: 'Asia/Seoul',
      dayStartMinutes: 240,
    });
    const { data } = await ask(viewer, '{ viewer { email emailVerified roles phoneNumber } }');
    expect(data.viewer).toEqual({ email, emailVerified: true, roles: ['LEARNER'], phoneNumber: null });
  });

  it('tells the other domains once the address is verified, not before', async () => {
    const email = someEmail();
    const toldOf = async () =>
      (await outboxOf(database)).filter(({ payload }) => payload.email === email).map(({ name }) => name);
    await register(email);
    expect(await toldOf()).toEqual([]);
    await verify(await world.tokenFor(email));
    expect(await toldOf()).toEqual(['auth.user.registered']);
  });

  it('answers alike for a known and an unknown address, and writes something else to each', async () => {
    const { email: known } = await world.someUser();
    const unknown = someEmail();
    const [answerKnown, answerUnknown] = [await register(known), await register(unknown)];
    const shape = ({ email: _, verificationExpiresAt: __, ...rest }: Record<string, unknown>) => rest;

    expect(Object.keys(answerKnown)).toEqual(Object.keys(answerUnknown));
    expect(shape(answerKnown)).toEqual(shape(answerUnknown));
    await world.deliverMails();
    expect(world.mailsTo(known).at(-1)?.subject).toMatch(/이미 StudyMate 계정/);
    expect(world.mailsTo(known).at(-1)?.text).not.toMatch(/^[\w-]{54}$/m);
    expect(world.mailsTo(unknown).at(-1)?.subject).toMatch(/Verify/);
  });

  it('asks the database the same questions for known and unknown addresses', async () => {
    const { email: known } = await world.someUser();
    const before = await database.accountMail.count();
    await register(known);
    await register(someEmail());
    const rows = await database.accountMail.findMany({ skip: before, orderBy: { createdAt: 'asc' } });
    expect(rows.map(({ kind, userId }) => ({ kind, userId }))).toEqual([
      { kind: 'VERIFY_REGISTRATION', userId: null },
      { kind: 'VERIFY_REGISTRATION', userId: null },
    ]);
  });

  it('cannot take over or change an account that exists', async () => {
    const { email } = await world.someUser();
    await register(email, { password: 'another long passphrase' });
    await world.deliverMails();
    expect((await world.signIn(email, 'another long passphrase')).code).toBe('INVALID_CREDENTIALS');
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
  });

  it('lets nobody in before the address is verified, and says no more than for a wrong password', async () => {
    const email = someEmail();
    await register(email);
    expect(await world.signIn(email, strongPassword)).toEqual(
      await world.signIn(someEmail(), strongPassword),
    );
  });

  it.each([
    ['a weak password', { password: 'passwordpassword' }, ['password'], 'common'],
    ['a short one', { password: 'tiny' }, ['password'], 'min_length'],
    ['no address', { email: 'nobody' }, ['input', 'email'], 'invalid_format'],
    [
      'a name of two lines',
      { displayName: 'Ada\r\nBcc: eve@example.org' },
      ['input', 'displayName'],
      undefined,
    ],
  ])('refuses %s and names the field', async (_what, change, path, constraint) => {
    const answer = await register(someEmail(), change);
    expect(answer).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION', path });
    if (constraint) expect(answer.constraint).toBe(constraint);
  });

  it('has one effect for one key, also in parallel, and refuses the key with another body', async () => {
    const email = someEmail();
    const idempotencyKey = newRowId();
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(email, { idempotencyKey })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await database.registration.count({ where: { email } })).toBe(1);
    expect(await register(email, { idempotencyKey, displayName: 'Slow Fox' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('is limited per network', async () => {
    const place = { ipAddress: `2001:db8:${newRowId().slice(0, 4)}::1` };
    const attempt = async () =>
      (await limitedWorld.askAt(place)(null, documents.register, application(someEmail()))).data.answer
        .__typename;
    const outcomes = [await attempt(), await attempt(), await attempt()];
    expect(outcomes).toEqual(['RegistrationAccepted', 'RegistrationAccepted', 'RateLimitedError']);
  });
});

describe('verification token', () => {
  it('works once, however many use it at once', async () => {
    const email = someEmail();
    await register(email);
    const token = await world.tokenFor(email);
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(token)));
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'INVALID_CREDENTIALS')).toHaveLength(9);
  });

  it('makes one account of two registrations that are verified at once', async () => {
    const email = someEmail();
    await register(email);
    const first = await world.tokenFor(email);
    await register(email);
    const second = await world.tokenFor(email);
    expect(second).not.toBe(first);
    const answers = await Promise.all([verify(first), verify(second)]);
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
    expect(await database.user.count({ where: { email } })).toBe(1);
  });

  it('gives the account the password of the registration it was mailed for', async () => {
    const email = someEmail();
    await register(email);
    const own = await world.tokenFor(email);
    await register(email, { password: 'an intruder chose this' });
    await world.deliverMails();
    await verify(own);
    expect((await world.signIn(email, 'an intruder chose this')).code).toBe('INVALID_CREDENTIALS');
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
  });

  it('is over after 24 hours', async () => {
    const email = someEmail();
    await register(email);
    const token = await world.tokenFor(email);
    const { data } = await askAt({ later: 24 * 3_600_000 + 1 })(null, documents.verifyEmail, { token });
    expect(data.answer.code).toBe('INVALID_CREDENTIALS');
  });

  it('comes again on request, while there is a registration to verify', async () => {
    const resend = 'mutation ($email: String!) { resendVerification(email: $email) { ok } }';
    const email = someEmail();
    await register(email);
    await world.deliverMails();
    for (const address of [email, someEmail(), 'no address']) {
      expect((await ask(null, resend, { email: address })).data.resendVerification).toEqual({ ok: true });
    }
    await world.deliverMails();
    expect(world.mailsTo(email)).toHaveLength(2);
    expect((await verify(await world.tokenFor(email))).__typename).toBe('AuthTokens');
  });

  it('stays out of the database and the queue', async () => {
    const email = someEmail();
    await register(email);
    const token = await world.tokenFor(email);
    const rows = JSON.stringify([
      await database.accountMail.findMany(),
      await database.registration.findMany(),
      await outboxOf(database, 'JOB'),
    ]);
    expect(rows).toContain(email);
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(strongPassword);
  });
});
