import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { decodeBase32, hotp, stepAt } from '../src/mfa/totp.ts';
import { authWorld, documents, strongPassword } from './world.ts';

const world = await authWorld();
const { ask, askAt } = world;
const minuteMs = 60_000;
const startedAt = world.contextAt(null).now();

const stepUp = `mutation ($code: String, $password: String) { answer: stepUp(code: $code, password: $password) {
  __typename ... on AuthTokens { accessToken refreshToken session { id authLevel } } ... on UserError { code path } } }`;
const enroll = `mutation { answer: enrollTotp(label: "phone") {
  __typename ... on TotpEnrollment { factorId secret } } }`;
const codeAt = (secret: string, later: number) =>
  hotp(decodeBase32(secret), stepAt(new Date(startedAt.getTime() + later)));

const sensitive: [string, string][] = [
  [
    'a new password',
    `mutation { changePassword(currentPassword: "${strongPassword}", newPassword: "seven lanterns by it") { __typename } }`,
  ],
  [
    'a new address',
    `mutation { changeEmail(newEmail: "new@example.org", password: "${strongPassword}") { __typename } }`,
  ],
  ['an authenticator app', enroll],
  ['a passkey', 'mutation { beginPasskeyRegistration(label: "laptop") { id } }'],
  ['one identity less', 'mutation { unlinkIdentity(provider: GITHUB) { __typename } }'],
  [
    'a key for programs',
    'mutation { createAccessToken(name: "backup", scopes: ["study:read"]) { __typename } }',
  ],
  [
    'fewer of them',
    `mutation { removeFactor(factorId: "${newId('TotpFactor')}", code: "123456") { __typename } }`,
  ],
  ['new recovery codes', 'mutation { regenerateRecoveryCodes(code: "123456") { __typename } }'],
];

describe('a sign-in older than 15 minutes', () => {
  it.each(sensitive)('is not enough for %s, a fresh proof is', async (_what, mutation) => {
    const { viewer } = await world.someUser();
    const late = askAt({ later: 16 * minuteMs });
    expect((await late(viewer, mutation)).errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');

    const { data } = await late(viewer, stepUp, { password: strongPassword });
    expect(data.answer).toMatchObject({ __typename: 'AuthTokens', session: { id: viewer.sessionId } });
    expect((await late(viewer, mutation)).errors).toEqual([]);
  });
});

describe('stepUp', () => {
  it('takes a code, not the password, where there is a second factor', async () => {
    const { viewer } = await world.someUser();
    const { factorId, secret } = (await ask(viewer, enroll)).data.answer;
    const confirm =
      'mutation ($id: ID!, $code: String!) { confirmFactor(factorId: $id, code: $code) { __typename } }';
    await ask(viewer, confirm, { id: factorId, code: codeAt(secret, 0) });

    const later = 16 * minuteMs;
    const late = askAt({ later });
    expect((await late(viewer, stepUp, { password: strongPassword })).data.answer).toMatchObject({
      code: 'VALIDATION',
      path: ['code'],
    });
    const code = codeAt(secret, later);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    expect((await late(viewer, stepUp, { code: wrong })).data.answer.code).toBe('INVALID_CREDENTIALS');
    const { answer } = (await late(viewer, stepUp, { code })).data;
    expect(answer.session.authLevel).toBe('STEP_UP');
    expect((await world.viewerOf(answer.accessToken)).authLevel).toBe('STEP_UP');
  });

  it('sinks back to MFA once the proof is stale', async () => {
    const { viewer } = await world.someUser();
    const { factorId, secret } = (await ask(viewer, enroll)).data.answer;
    const confirm =
      'mutation ($id: ID!, $code: String!) { confirmFactor(factorId: $id, code: $code) { __typename } }';
    await ask(viewer, confirm, { id: factorId, code: codeAt(secret, 0) });
    const { answer } = (await askAt({ later: minuteMs })(viewer, stepUp, { code: codeAt(secret, minuteMs) }))
      .data;
    const document = `mutation ($token: String!) { answer: refreshSession(refreshToken: $token) {
      ... on AuthTokens { session { authLevel } refreshToken } } }`;
    const soon = (await askAt({ later: 2 * minuteMs })(null, document, { token: answer.refreshToken })).data
      .answer;
    expect(soon.session.authLevel).toBe('STEP_UP');
    const late = (await askAt({ later: 20 * minuteMs })(null, document, { token: soon.refreshToken })).data
      .answer;
    expect(late.session.authLevel).toBe('MFA');
  });

  it('goes on with the session’s chain: the old refresh token is exchanged', async () => {
    const { viewer, refreshToken } = await world.someUser();
    const { answer } = (await ask(viewer, stepUp, { password: strongPassword })).data;
    const refresh = async (token: string) =>
      (await ask(null, documents.refresh, { refreshToken: token })).data.answer;
    expect((await refresh(answer.refreshToken)).__typename).toBe('AuthTokens');
    expect((await refresh(refreshToken)).code).toBe('TOKEN_REUSED');
  });

  it('refuses a wrong password, no proof, and a session that has ended', async () => {
    const { viewer } = await world.someUser();
    expect((await ask(viewer, stepUp, { password: 'not the right password' })).data.answer.code).toBe(
      'INVALID_CREDENTIALS',
    );
    expect((await ask(viewer, stepUp)).data.answer.code).toBe('VALIDATION');
    await ask(viewer, 'mutation { signOut { ok } }');
    const { errors } = await ask(viewer, stepUp, { password: strongPassword });
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
