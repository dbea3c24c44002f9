import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { decodeBase32, hotp, stepAt } from '../src/mfa/totp.ts';
import { authWorld, documents, type Place, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt, database } = world;
const stepMs = 30_000;
const minuteMs = 60_000;
const startedAt = world.contextAt(null).now();

const enroll = `mutation { answer: enrollTotp(label: "phone") {
  __typename ... on TotpEnrollment { factorId otpauthUri secret } ... on UserError { code } } }`;
const confirm = `mutation ($factorId: ID!, $code: String!) { answer: confirmFactor(factorId: $factorId, code: $code) {
  __typename ... on RecoveryCodes { codes } ... on UserError { code path } } }`;
const remove = `mutation ($factorId: ID!, $code: String!) { answer: removeFactor(factorId: $factorId, code: $code) {
  __typename ... on UserError { code path } } }`;

/** The code the user's phone shows. */
const codeAt = (secret: string, later = 0) =>
  hotp(decodeBase32(secret), stepAt(new Date(startedAt.getTime() + later)));
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function someUserWithPhone() {
  const user = await world.someUser();
  const { factorId, secret } = (await ask(user.viewer, enroll)).data.answer;
  const { data } = await ask(user.viewer, confirm, { factorId, code: codeAt(secret) });
  return { ...user, factorId, secret, recoveryCodes: data.answer.codes as string[] };
}
const challengeOf = async (email: string, place: Place = {}) =>
  (await world.signIn(email, strongPassword, place)).challengeToken;
const complete = async (challengeToken: string, code: string, place: Place = {}) =>
  (await askAt(place)(null, documents.completeMfa, { challengeToken, code })).data.answer;

describe('an authenticator app', () => {
  it('counts from its first right code on, and comes with ten recovery codes', async () => {
    const { email, viewer } = await world.someUser();
    const { factorId, secret, otpauthUri } = (await ask(viewer, enroll)).data.answer;
    expect(otpauthUri).toContain(secret);
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');

    const code = codeAt(secret);
    expect((await ask(viewer, confirm, { factorId, code: wrong(code) })).data.answer.code).toBe('VALIDATION');
    const { codes } = (await ask(viewer, confirm, { factorId, code })).data.answer;
    expect(new Set(codes).size).toBe(10);

    const answer = await world.signIn(email, strongPassword);
    expect(answer).toMatchObject({ __typename: 'MfaChallenge', methods: ['TOTP', 'RECOVERY_CODE'] });
    const { data } = await ask(
      viewer,
      '{ viewer { recoveryCodesLeft mfaFactors { id label confirmedAt } } }',
    );
    expect(data.viewer).toEqual({
      recoveryCodesLeft: 10,
      mfaFactors: [{ id: factorId, label: 'phone', confirmedAt: expect.any(String) }],
    });
  });

  it('lies encrypted in the database, and recovery codes hashed', async () => {
    const { secret, recoveryCodes } = await someUserWithPhone();
    const rows = JSON.stringify([
      await database.totpFactor.findMany(),
      await database.recoveryCode.findMany(),
    ]);
    expect(rows).not.toContain(secret);
    for (const code of recoveryCodes) expect(rows).not.toContain(code.replaceAll('-', ''));
    expect((await database.totpFactor.findFirst())?.secretCipher).toMatch(/^v1\./);
  });

  it('lets nobody in with its code twice, nor two steps off', async () => {
    const { email, secret } = await someUserWithPhone();
    expect((await complete(await challengeOf(email), codeAt(secret))).code).toBe('INVALID_CREDENTIALS');

    const next = { later: stepMs };
    const answer = await complete(await challengeOf(email, next), codeAt(secret, stepMs), next);
    expect(answer).toMatchObject({ __typename: 'AuthTokens', session: { authLevel: 'MFA' } });
    expect((await world.viewerOf(answer.accessToken)).authLevel).toBe('MFA');
    const again = await complete(await challengeOf(email, next), codeAt(secret, stepMs), next);
    expect(again.code).toBe('INVALID_CREDENTIALS');

    const muchLater = { later: 10 * minuteMs };
    const stale = codeAt(secret, 10 * minuteMs - 2 * stepMs);
    expect((await complete(await challengeOf(email, muchLater), stale, muchLater)).code).toBe(
      'INVALID_CREDENTIALS',
    );
  });

  it('opens one session for any number of parallel right codes, in one sign-in or in many', async () => {
    const { email, secret } = await someUserWithPhone();
    const place = { later: stepMs };
    const challenges = await Promise.all(Array.from({ length: 5 }, () => challengeOf(email, place)));
    const code = codeAt(secret, stepMs);
    const answers = await Promise.all(
      challenges.flatMap((token) => [1, 2, 3].map(() => complete(token, code, place))),
    );
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
  });

  it('ends the challenge with the fifth wrong code, and after five minutes', async () => {
    const { email, secret } = await someUserWithPhone();
    const place = { later: stepMs };
    const code = codeAt(secret, stepMs);
    const guessed = await challengeOf(email, place);
    for (let round = 0; round < 5; round += 1) await complete(guessed, wrong(code), place);
    expect((await complete(guessed, code, place)).code).toBe('INVALID_CREDENTIALS');

    const late = { later: stepMs + 5 * minuteMs };
    const old = await challengeOf(email, place);
    expect((await complete(old, codeAt(secret, late.later), late)).code).toBe('INVALID_CREDENTIALS');
    const fresh = await challengeOf(email, place);
    expect((await complete(fresh, code, place)).__typename).toBe('AuthTokens');
  });

  it('of one user is nothing for the challenge of another', async () => {
    const [ada, eve] = [await someUserWithPhone(), await someUserWithPhone()];
    const place = { later: stepMs };
    const challenge = await challengeOf(ada.email, place);
    expect((await complete(challenge, codeAt(eve.secret, stepMs), place)).code).toBe('INVALID_CREDENTIALS');
    expect((await complete(challenge, eve.recoveryCodes[0] ?? '', place)).code).toBe('INVALID_CREDENTIALS');
  });

  it('is asked for after a password reset too', async () => {
    const { email } = await someUserWithPhone();
    await ask(null, 'mutation ($email: String!) { requestPasswordReset(email: $email) { ok } }', { email });
    const token = await world.tokenFor(email);
    const { data } = await ask(null, documents.resetPassword, {
      token,
      newPassword: 'seven lanterns by the river',
    });
    expect(data.answer.__typename).toBe('MfaChallenge');
  });

  it('makes a shorter password enough', async () => {
    const change = `mutation ($newPassword: String!) { answer: changePassword(currentPassword: "${strongPassword}",
      newPassword: $newPassword) { __typename } }`;
    const { viewer: withPhone } = await someUserWithPhone();
    const { viewer: without } = await world.someUser();
    const outcome = async (viewer: Viewer) =>
      (await ask(viewer, change, { newPassword: 'wq7#Lp2x' })).data.answer.__typename;
    expect(await outcome(without)).toBe('ValidationError');
    expect(await outcome(withPhone)).toBe('Acknowledgement');
  });

  it('goes with a code of it, and ends the other sessions; strangers do not find it', async () => {
    const { email, viewer, factorId, secret } = await someUserWithPhone();
    const { viewer: stranger } = await someUserWithPhone();
    const code = codeAt(secret, stepMs);
    const later = askAt({ later: stepMs });
    const foreign = (await later(stranger, remove, { factorId, code })).data.answer;
    expect(foreign).toEqual(
      (await later(stranger, remove, { factorId: newId('TotpFactor'), code })).data.answer,
    );
    expect(foreign.code).toBe('NOT_FOUND');

    expect((await later(viewer, remove, { factorId, code: wrong(code) })).data.answer.code).toBe(
      'VALIDATION',
    );
    expect((await later(viewer, remove, { factorId, code })).data.answer.__typename).toBe('Acknowledgement');
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
    expect(await database.recoveryCode.count({ where: { userId: viewer.id } })).toBe(0);
  });
});

describe('recovery codes', () => {
  it('let in once each, also in parallel', async () => {
    const { email, recoveryCodes } = await someUserWithPhone();
    const [code = ''] = recoveryCodes;
    const tokens = await Promise.all(Array.from({ length: 5 }, () => challengeOf(email)));
    const answers = await Promise.all(tokens.map((token) => complete(token, ` ${code.toUpperCase()} `)));
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
    expect((await complete(await challengeOf(email), recoveryCodes[1] ?? '')).__typename).toBe('AuthTokens');
  });

  it('are replaced as a set, by a code of the app', async () => {
    const { email, viewer, secret, recoveryCodes } = await someUserWithPhone();
    const regenerate = `mutation ($code: String!) { answer: regenerateRecoveryCodes(code: $code) {
      __typename ... on RecoveryCodes { codes } ... on UserError { code } } }`;
    expect((await ask(viewer, regenerate, { code: recoveryCodes[0] })).data.answer.code).toBe('VALIDATION');
    const place = { later: stepMs };
    const { codes } = (await askAt(place)(viewer, regenerate, { code: codeAt(secret, stepMs) })).data.answer;
    expect((await complete(await challengeOf(email), recoveryCodes[1] ?? '')).code).toBe(
      'INVALID_CREDENTIALS',
    );
    expect((await complete(await challengeOf(email), codes[0])).__typename).toBe('AuthTokens');
  });
});
