import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { copyOf, type Device, newDevice } from './authenticator.ts';
import { authWorld, type Place, strongPassword } from './world.ts';

const rpId = 'studymate.example';
const origin = `https://app.${rpId}`;
const world = await authWorld({ PASSKEY_RP_ID: rpId, PASSKEY_ORIGINS: origin });
const { ask, askAt, database } = world;
const minuteMs = 60_000;

const documents = {
  beginRegistration: `mutation ($label: String!) {
    answer: beginPasskeyRegistration(label: $label) { id options expiresAt } }`,
  finishRegistration: `mutation ($challengeId: ID!, $response: JSON!) {
    answer: finishPasskeyRegistration(challengeId: $challengeId, response: $response) {
      __typename ... on RecoveryCodes { codes } ... on UserError { code path } } }`,
  beginSignIn:
    'mutation ($email: String) { answer: beginPasskeySignIn(email: $email) { id options expiresAt } }',
  finishSignIn: `mutation ($challengeId: ID!, $response: JSON!) {
    answer: finishPasskeySignIn(challengeId: $challengeId, response: $response) {
      __typename ... on AuthTokens { accessToken user { id } session { authLevel } } ... on UserError { code message path } } }`,
  stepUp: `mutation ($response: JSON, $code: String, $password: String) {
    answer: stepUp(passkeyResponse: $response, code: $code, password: $password) {
      __typename ... on AuthTokens { session { authLevel } } ... on UserError { code path } } }`,
  factors: `{ viewer { mfaFactors { __typename id label confirmedAt ... on PasskeyFactor { lastUsedAt transports } } } }`,
  rename: `mutation ($factorId: ID!, $label: String!) { answer: renameFactor(factorId: $factorId, label: $label) {
    __typename ... on UserError { code path } } }`,
  remove: `mutation ($factorId: ID!, $code: String) { answer: removeFactor(factorId: $factorId, code: $code) {
    __typename ... on UserError { code path } } }`,
  history: '{ viewer { loginHistory(first: 10) { edges { node { outcome method } } } } }',
} as const;

async function register(viewer: Viewer, device: Device, label = 'laptop') {
  const begun = (await ask(viewer, documents.beginRegistration, { label })).data.answer;
  const response = device.createJSON(origin, begun.options);
  const answer = (await ask(viewer, documents.finishRegistration, { challengeId: begun.id, response })).data
    .answer;
  return { begun, response, answer };
}

async function someUserWithPasskey(device = newDevice()) {
  const user = await world.someUser();
  const { answer } = await register(user.viewer, device);
  return { ...user, device, recoveryCodes: answer.codes as string[] };
}

const begin = async (email: string | null = null, place: Place = {}) =>
  (await askAt(place)(null, documents.beginSignIn, { email })).data.answer;
const finish = async (challengeId: string, response: unknown, place: Place = {}) =>
  (await askAt(place)(null, documents.finishSignIn, { challengeId, response })).data.answer;

async function signInWith(device: Device, email: string | null = null) {
  const { id, options } = await begin(email);
  return finish(id, device.getJSON(origin, options));
}

describe('a passkey', () => {
  it('signs in without a name or a password, as two factors in one', async () => {
    const { viewer, device } = await someUserWithPasskey();
    const answer = await signInWith(device);
    expect(answer).toMatchObject({
      __typename: 'AuthTokens',
      user: { id: viewer.id },
      session: { authLevel: 'MFA' },
    });
    const { data } = await ask(await world.viewerOf(answer.accessToken), documents.history);
    expect(data.viewer.loginHistory.edges[0].node).toEqual({ outcome: 'SUCCESS', method: 'PASSKEY' });
  });

  it('comes with recovery codes and a mail, and makes a password alone too little', async () => {
    const { email, viewer, recoveryCodes } = await someUserWithPasskey();
    expect(new Set(recoveryCodes).size).toBe(10);
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/패스키가 추가/);
    expect(await world.signIn(email, strongPassword)).toMatchObject({
      __typename: 'MfaChallenge',
      methods: ['PASSKEY', 'RECOVERY_CODE'],
    });
    const { data } = await ask(viewer, documents.factors);
    expect(data.viewer.mfaFactors).toEqual([
      {
        __typename: 'PasskeyFactor',
        id: expect.stringMatching(/^mpk_/),
        label: 'laptop',
        confirmedAt: expect.any(String),
        lastUsedAt: null,
        transports: ['usb'],
      },
    ]);
  });

  it('is one of several, told apart by their names', async () => {
    const { viewer, device } = await someUserWithPasskey();
    await register(viewer, newDevice(), 'phone');
    const again = (await ask(viewer, documents.beginRegistration, { label: 'twice' })).data.answer;
    expect(() => device.createJSON(origin, again.options)).toThrow(/EXCLUDED/);

    const [{ id: factorId }] = (await ask(viewer, documents.factors)).data.viewer.mfaFactors;
    const { viewer: stranger } = await world.someUser();
    expect((await ask(stranger, documents.rename, { factorId, label: 'mine' })).data.answer.code).toBe(
      'NOT_FOUND',
    );
    expect((await ask(viewer, documents.rename, { factorId, label: ' ' })).data.answer.path).toEqual([
      'label',
    ]);
    await ask(viewer, documents.rename, { factorId, label: 'work laptop' });
    const { mfaFactors } = (await ask(viewer, documents.factors)).data.viewer;
    expect(mfaFactors.map(({ label }: { label: string }) => label)).toEqual(['work laptop', 'phone']);
  });

  it('goes with a recovery code, or without in a session it opened; the other sessions end', async () => {
    const { email, viewer, device, recoveryCodes } = await someUserWithPasskey();
    await register(viewer, newDevice(), 'phone');
    const [{ id: first }, { id: second }] = (await ask(viewer, documents.factors)).data.viewer.mfaFactors;
    expect((await ask(viewer, documents.remove, { factorId: first })).data.answer.path).toEqual(['code']);

    const byPasskey = await world.viewerOf((await signInWith(device)).accessToken);
    expect((await ask(byPasskey, documents.remove, { factorId: second })).data.answer.__typename).toBe(
      'Acknowledgement',
    );
    expect((await ask(viewer, documents.remove, { factorId: first })).errors[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    await ask(byPasskey, documents.remove, { factorId: first, code: recoveryCodes[0] });
    expect((await signInWith(device)).code).toBe('INVALID_CREDENTIALS');
    expect((await world.signIn(email, strongPassword)).__typename).toBe('AuthTokens');
    expect(await database.recoveryCode.count({ where: { userId: viewer.id } })).toBe(0);
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/패스키가 제거/);
  });

  it('is a fresh proof for sensitive acts, its owner’s only', async () => {
    const [ada, eve] = [await someUserWithPasskey(), await someUserWithPasskey()];
    const late = askAt({ later: 16 * minuteMs });
    const stale = await late(ada.viewer, documents.beginRegistration, { label: 'late' });
    expect(stale.errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
    const prove = async ({ device }: { device: Device }) => {
      const { options } = await begin(null, { later: 16 * minuteMs });
      return (await late(ada.viewer, documents.stepUp, { response: device.getJSON(origin, options) })).data
        .answer;
    };
    expect((await prove(eve)).code).toBe('INVALID_CREDENTIALS');
    expect((await late(ada.viewer, documents.stepUp, { password: strongPassword })).data.answer.code).toBe(
      'VALIDATION',
    );
    expect((await prove(ada)).session.authLevel).toBe('STEP_UP');
    expect((await late(ada.viewer, documents.beginRegistration, { label: 'late' })).errors).toEqual([]);
  });

  it('begins alike for known and unknown addresses, and lets none in for another’s', async () => {
    const [ada, eve] = [await someUserWithPasskey(), await someUserWithPasskey()];
    const [known, unknown] = [await begin(ada.email), await begin('nobody@example.org')];
    const shape = ({ options }: { options: object }) => ({ ...options, challenge: null });
    expect(shape(known)).toEqual(shape(unknown));
    expect(known.options.challenge).toHaveLength(unknown.options.challenge.length);
    expect((await finish(unknown.id, ada.device.getJSON(origin, unknown.options))).code).toBe(
      'INVALID_CREDENTIALS',
    );
    expect((await finish(known.id, eve.device.getJSON(origin, known.options))).code).toBe(
      'INVALID_CREDENTIALS',
    );
    expect((await signInWith(ada.device, ada.email)).user.id).toBe(ada.viewer.id);
  });
});

describe('a passkey’s answer is refused', () => {
  const refused = { __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' };

  it('from another page, though for our domain', async () => {
    const { device } = await someUserWithPasskey();
    const { id, options } = await begin();
    const evil = 'https://studymate.evil.example';
    const response = device.getJSON(evil, options, [evil]);
    expect(await finish(id, response)).toMatchObject(refused);
  });

  it('for another domain, though its page says it is ours', async () => {
    const { device, viewer } = await someUserWithPasskey();
    const evil = 'evil.example';
    const begun = (await ask(viewer, documents.beginRegistration, { label: 'evil' })).data.answer;
    const foreign = { ...begun.options, rp: { id: evil, name: 'evil' }, excludeCredentials: [] };
    const created = device.createJSON(origin, foreign, [origin]);
    const stored = await ask(viewer, documents.finishRegistration, {
      challengeId: begun.id,
      response: created,
    });
    expect(stored.data.answer).toEqual({
      __typename: 'ValidationError',
      code: 'VALIDATION',
      path: ['response'],
    });

    const { id, options } = await begin();
    const response = device.getJSON(origin, { ...options, rpId: evil }, [origin]);
    const own = device.authenticator.params.credentialsRepository?.loadCredentials() ?? [];
    expect(own).toHaveLength(2);
    expect(await finish(id, response)).toMatchObject(refused);
  });

  it.each([
    ['counts', true],
    ['does not count', false],
  ])(
    'all but once, of twenty at the same time and afterwards, by a device that %s',
    async (_what, counts) => {
      const { device } = await someUserWithPasskey(newDevice({ counts }));
      const { id, options } = await begin();
      const response = device.getJSON(origin, options);
      const answers = await Promise.all(Array.from({ length: 20 }, () => finish(id, response)));
      expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
      expect(await finish(id, response)).toMatchObject(refused);
    },
  );

  it('when its count goes back: somebody has a copy', async () => {
    const { device } = await someUserWithPasskey();
    const copy = copyOf(device);
    await signInWith(device);
    expect((await signInWith(device)).__typename).toBe('AuthTokens');
    expect(await signInWith(copy)).toMatchObject(refused);
  });

  it('with one user’s key under another’s name', async () => {
    const [ada, eve] = [await someUserWithPasskey(), await someUserWithPasskey()];
    const { id, options } = await begin();
    const mine = ada.device.getJSON(origin, options);
    const userHandle = Buffer.from(eve.viewer.id).toString('base64url');
    expect(await finish(id, { ...mine, response: { ...mine.response, userHandle } })).toMatchObject(refused);
    const next = await begin();
    const [hers, his] = [eve.device.getJSON(origin, next.options), ada.device.getJSON(origin, next.options)];
    expect(await finish(next.id, { ...his, id: hers.id, rawId: hers.rawId })).toMatchObject(refused);
  });

  it('over a challenge that was made to register, or the other way round', async () => {
    const { viewer, device } = await someUserWithPasskey();
    const registration = (await ask(viewer, documents.beginRegistration, { label: 'x' })).data.answer;
    const { challenge } = registration.options;
    const signed = device.getJSON(origin, { challenge, rpId, userVerification: 'required' });
    expect(await finish(registration.id, signed)).toMatchObject(refused);

    const signIn = await begin();
    const options = { ...registration.options, challenge: signIn.options.challenge, excludeCredentials: [] };
    const response = newDevice().createJSON(origin, options);
    const { data } = await ask(viewer, documents.finishRegistration, { challengeId: signIn.id, response });
    expect(data.answer).toMatchObject({ code: 'VALIDATION', path: ['response'] });
  });

  it('after five minutes, without its owner’s finger, for a shut account, and when it is nonsense', async () => {
    const { viewer, device } = await someUserWithPasskey();
    const old = await begin();
    const response = device.getJSON(origin, old.options);
    expect(await finish(old.id, response, { later: 5 * minuteMs })).toMatchObject(refused);

    device.authenticator.params = {
      ...device.authenticator.params,
      userGetAssertionInteraction: () => ({ options: { uv: false, up: true } }),
    };
    const { id, options } = await begin();
    const unverified = device.getJSON(origin, { ...options, userVerification: 'discouraged' });
    expect(await finish(id, unverified)).toMatchObject(refused);

    const other = await someUserWithPasskey();
    await database.user.update({ where: { id: other.viewer.id }, data: { disabledAt: new Date() } });
    expect(await signInWith(other.device)).toMatchObject(refused);
    expect((await finish(newId('Session'), { id: 'x' })).code).toBe('VALIDATION');
    expect(await database.session.count({ where: { userId: viewer.id } })).toBe(1);
  });
});
