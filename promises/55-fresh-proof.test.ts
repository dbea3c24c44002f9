import { beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import type { Learner } from '../scripts/story/learner.ts';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { answerOf, signIn, tokens } from './accounts.ts';
import { codeOf } from './phone.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';
import { sendOverWire } from './wire.ts';

const house = await startRecordedHouse('proof');
const staleMs = 16 * 60_000;
const noticeMs = 5_000;

const end = '__typename ... on UserError { code }';
/** The nine acts, and the subject of the notice that each sends at once. */
const acts: readonly [act: string, mutation: (learner: Learner) => string, notice: RegExp | null][] = [
  [
    'another address',
    ({ password, email }) => `changeEmail(newEmail: "new.${email}", password: "${password}") { ${end} }`,
    /move to another address/i,
  ],
  [
    'another password',
    ({ password }) =>
      `changePassword(currentPassword: "${password}", newPassword: "nine slow ferries cross") { ${end} }`,
    /password was changed/i,
  ],
  ['a second factor', () => `enrollTotp(label: "Phone") { ${end} }`, null],
  [
    'a second factor less',
    () => `removeFactor(factorId: "${newId('TotpFactor')}", code: "123456") { ${end} }`,
    null,
  ],
  ['a passkey', () => 'beginPasskeyRegistration(label: "Laptop") { __typename }', null],
  [
    'a deletion',
    ({ password }) => `requestAccountDeletion(password: "${password}") { ${end} }`,
    /going to be deleted/i,
  ],
  ['an export', () => `requestDataExport { ${end} }`, /copy .* was asked for/i],
  ['a payment method', () => 'openBillingPortal(returnUrl: "http://127.0.0.1:4000/") { __typename }', null],
  [
    'a key for programs',
    () => `createAccessToken(name: "a", scopes: ["study:read"]) { ${end} }`,
    /key was added/i,
  ],
];

const stepUp = `mutation ($password: String!) { answer: stepUp(password: $password) { ${tokens} } }`;

describe('a sign-in that is 16 minutes old', () => {
  let mina: Learner;
  let staleToken: string;
  const late = new Date(Date.now() + staleMs);

  beforeAll(async () => {
    mina = await someLearner(house);
    // As the client would: its access token is renewed meanwhile, which proves nothing.
    const { refreshToken } = await signIn(house, mina);
    const refresh = `mutation ($token: String!) { answer: refreshSession(refreshToken: $token) { ${tokens} } }`;
    const renewed = await answerOf(house, refresh, { at: late, variables: { token: refreshToken } });
    staleToken = String(renewed.accessToken);
  });

  it.each(acts)('does not do for %s', async (_act, mutation) => {
    const answer = await answerOf(house, `mutation { answer: ${mutation(mina)} }`, {
      token: staleToken,
      at: late,
    });
    expect(answer.code).toBe('STEP_UP_REQUIRED');
  });

  it('does again once she has proven who she is', async () => {
    const proven = await answerOf(house, stepUp, {
      token: staleToken,
      at: late,
      variables: { password: mina.password },
    });
    const codes: (string | undefined)[] = [];
    for (const [, mutation] of acts.filter(([act]) => act !== 'another password')) {
      const query = `mutation { answer: ${mutation(mina)} }`;
      codes.push((await answerOf(house, query, { token: String(proven.accessToken), at: late })).code);
    }
    expect(codes).not.toContain('STEP_UP_REQUIRED');
  });
});

describe('a sensitive act', () => {
  it.each(acts.filter(([, , notice]) => notice !== null))(
    'is told at once to the address she has: %s',
    async (_act, mutation, notice) => {
      const learner = await someLearner(house);
      const startedAt = performance.now();
      const answer = await answerOf(house, `mutation { answer: ${mutation(learner)} }`, {
        token: learner.accessToken,
      });
      expect(answer.code).toBeUndefined();
      await receiveMail(house.places.mail, learner.email, notice ?? /./);
      expect(performance.now() - startedAt).toBeLessThan(4 * noticeMs);
    },
  );
});

describe('her login history', () => {
  const history =
    '{ viewer { loginHistory(first: 20) { edges { node { outcome method ipAddress userAgent riskScore at } } } } }';
  const readHistory = async (token: string | null) => {
    const { data } = await postGraphql(house.places.gateway, { token, query: history });
    const { loginHistory } = (data?.viewer ?? {}) as {
      loginHistory: { edges: { node: Record<string, unknown> }[] };
    };
    return loginHistory.edges.map(({ node }) => node);
  };

  it('has every attempt, with where it came from and how much spoke against it', async () => {
    const learner = await someLearner(house);
    const before = (await readHistory(learner.accessToken)).length;
    await signIn(house, { ...learner, password: 'not the right one at all' });
    await signIn(house, learner);
    const { email, password } = learner;
    const body = JSON.stringify({
      query:
        'mutation ($email: String!, $password: String!) { signIn(email: $email, password: $password) { __typename } }',
      variables: { email, password },
    });
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
    await sendOverWire(house.recorder, { url: house.places.gateway, headers, body, from: '127.0.0.9' });
    const attempts = (await readHistory(learner.accessToken)).slice(0, -before);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['SUCCESS', 'SUCCESS', 'BAD_CREDENTIALS']);
    expect(attempts[0]).toMatchObject({
      ipAddress: '127.0.0.9',
      userAgent: headers['user-agent'],
      method: 'PASSWORD',
    });
    for (const { ipAddress, at } of attempts) expect([ipAddress, at]).not.toContain(null);
    for (const { riskScore } of attempts.slice(0, 2)) expect(riskScore).toEqual(expect.any(Number));
    await receiveMail(house.places.mail, email, /new device/i);
  });

  it('has the second factor that was asked for, and a wrong one', async () => {
    const learner = await someLearner(house);
    const token = learner.accessToken;
    const enroll =
      'mutation { answer: enrollTotp(label: "Phone") { ... on TotpEnrollment { factorId secret } } }';
    const { factorId, secret } = await answerOf(house, enroll, { token });
    const confirm =
      'mutation ($id: ID!, $code: String!) { answer: confirmFactor(factorId: $id, code: $code) { __typename } }';
    await answerOf(house, confirm, {
      token,
      variables: { id: factorId, code: codeOf(String(secret), new Date()) },
    });
    await receiveMail(house.places.mail, learner.email, /authenticator app was added/i);
    const { challengeToken } = await signIn(house, learner);
    const complete = `mutation ($challenge: String!) { answer: completeMfa(challengeToken: $challenge, code: "000000") { ${end} } }`;
    await answerOf(house, complete, { variables: { challenge: challengeToken } });
    const outcomes = (await readHistory(token)).map(({ outcome }) => outcome);
    expect(outcomes.slice(0, 2)).toEqual(['MFA_FAILED', 'MFA_REQUIRED']);
  });
});

describeSilence(house);
