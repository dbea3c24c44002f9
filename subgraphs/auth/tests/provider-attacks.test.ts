import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import jwt from 'jsonwebtoken';
import { documents, providerWorld, redirectUri, someGithubAccount, someone } from './provider-world.ts';

const world = await providerWorld();
/** Its providers end. */
const forsaken = await providerWorld();
const { ask, database, google, begin, finish, atCallback, atGithubCallback } = world;
const minuteMs = 60_000;
const refused = { __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' };
const { privateKey: otherKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A sign-in whose ID token was changed on its way, and then signed by the provider. */
async function withClaims(claims: Record<string, unknown>) {
  const { code, state } = await atCallback();
  google.spoilTokens(({ payload }) => Object.assign(payload, claims));
  return finish({ code, state });
}

/** A sign-in whose ID token somebody else has made of the provider's. */
async function withIdToken(remake: (claims: object, kid: string) => string) {
  const { code, state } = await atCallback();
  google.replaceIdToken(remake);
  return finish({ code, state });
}

describe('an attack on the sign-in with a provider opens no session:', () => {
  beforeEach(async () => {
    await database.session.deleteMany();
  });
  const expectNoSession = async () => expect(await database.session.count()).toBe(0);

  it('no state, or a made up one', async () => {
    const { code } = await atCallback();
    for (const state of ['', newRowId(), 'a'.repeat(54)]) {
      expect(await finish({ code, state })).toMatchObject(refused);
    }
    await expectNoSession();
  });

  it('a state that was used before, by any of twenty at a time', async () => {
    const callback = await atCallback();
    const { code, state } = callback;
    const answers = await Promise.all(Array.from({ length: 20 }, () => finish({ code, state })));
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
    await database.session.deleteMany();
    expect(await finish({ code, state })).toMatchObject(refused);
    await expectNoSession();
  });

  it('the callback of another browser: all that the URL tells is not the state that it kept', async () => {
    const { code, shown } = await atCallback();
    expect(await finish({ code, state: shown })).toMatchObject(refused);
    await expectNoSession();
  });

  it('a link that another session began', async () => {
    const [ada, eve] = [await world.someUser(), await world.someUser()];
    const { code, state } = await atCallback(someone(), ada.viewer);
    expect(await finish({ code, state }, eve.viewer)).toMatchObject(refused);
    expect(await database.externalIdentity.count({ where: { userId: eve.viewer.id } })).toBe(0);
  });

  it('a state after ten minutes', async () => {
    const { code, state } = await atCallback();
    expect(await finish({ code, state }, null, { later: 10 * minuteMs })).toMatchObject(refused);
    await expectNoSession();
  });

  it('a code that was used before, in a sign-in of its own', async () => {
    const { code, state } = await atCallback();
    await finish({ code, state });
    await database.session.deleteMany();
    const { state: next } = await begin();
    expect(await finish({ code, state: next })).toMatchObject(refused);
    await expectNoSession();
  });

  it('a stolen code, whose verifier the thief’s sign-in does not have (Google)', async () => {
    const { code } = await atCallback();
    const { state } = await begin();
    expect(await finish({ code, state })).toMatchObject(refused);
    await expectNoSession();
  });

  it('a stolen code, whose verifier the thief’s sign-in does not have (GitHub)', async () => {
    const { code } = await atGithubCallback(someGithubAccount());
    const { state } = await begin('GITHUB');
    expect(await finish({ provider: 'GITHUB', code, state })).toMatchObject(refused);
    await expectNoSession();
  });

  it('an ID token without the nonce', async () => {
    expect(await withClaims({ nonce: undefined })).toMatchObject(refused);
    await expectNoSession();
  });

  it('an ID token with the nonce of another sign-in', async () => {
    const { searchParams } = new URL((await begin()).authorizationUrl);
    expect(await withClaims({ nonce: searchParams.get('nonce') })).toMatchObject(refused);
    await expectNoSession();
  });

  it.each([
    ['for another client', { aud: 'another-client' }],
    ['of another issuer', { iss: 'https://accounts.evil.example' }],
    ['that is over', { exp: Math.floor(Date.now() / 1000) - 600 }],
  ])('an ID token %s', async (_what, claims) => {
    expect(await withClaims(claims)).toMatchObject(refused);
    await expectNoSession();
  });

  it('an ID token that nobody signed', async () => {
    const unsigned = (claims: object) => jwt.sign(claims, '', { algorithm: 'none' });
    expect(await withIdToken(unsigned)).toMatchObject(refused);
    await expectNoSession();
  });

  it('an ID token signed with another key, under the name of the right one', async () => {
    const forged = (claims: object, keyid: string) =>
      jwt.sign(claims, otherKey, { algorithm: 'RS256', keyid });
    expect(await withIdToken(forged)).toMatchObject(refused);
    await expectNoSession();
  });

  it('a callback that names another issuer, or comes back to another provider', async () => {
    const { code, state } = await atCallback();
    expect(await finish({ code, state, iss: 'https://accounts.evil.example' })).toMatchObject(refused);
    const other = await atCallback();
    expect(await finish({ ...other, provider: 'GITHUB' })).toMatchObject(refused);
    const { code: named, state: kept } = await atCallback();
    expect((await finish({ code: named, state: kept, iss: google.issuer })).__typename).toBe('AuthTokens');
    await database.session.deleteMany();
  });

  it.each([
    'https://evil.example/signed-in',
    `${redirectUri}/../evil`,
    `${redirectUri}?next=https://evil.example`,
    'https://app.studymate.example@evil.example/signed-in',
    'https://app.studymate.example.evil.example/signed-in',
    'javascript:alert(1)',
  ])('a way back to %s', async (address) => {
    const { data, errors } = await ask(null, documents.begin, { provider: 'GOOGLE', redirectUri: address });
    expect(data).toEqual({});
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(/redirectUri/),
      extensions: { code: 'VALIDATION' },
    });
  });

  it('an address that the provider has not verified, whoever has it', async () => {
    const { email, viewer } = await world.someUser();
    await database.session.deleteMany();
    const unverified = { __typename: 'ValidationError', code: 'VALIDATION', path: ['provider'] };
    for (const address of [email, `${newRowId()}@example.org`]) {
      const { code, state } = await atCallback(someone({ email: address, email_verified: false }));
      expect(await finish({ code, state })).toMatchObject(unverified);
      const emails = [{ email: address, primary: true, verified: false }];
      expect(await finish(await atGithubCallback(someGithubAccount({ emails })))).toMatchObject(unverified);
    }
    expect(await database.externalIdentity.count({ where: { userId: viewer.id } })).toBe(0);
    await expectNoSession();
  });

  it('an identity whose account was shut', async () => {
    const person = someone();
    const { user } = await world.signInAs(person);
    await database.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
    await database.session.deleteMany();
    expect(await world.signInAs(person)).toMatchObject(refused);
    await expectNoSession();
  });

  it('a provider that is down, which is said and not held against anybody', async () => {
    const { code, state } = await forsaken.atCallback();
    const github = await forsaken.atGithubCallback(someGithubAccount());
    await forsaken.google.server.stop();
    await forsaken.github.stop();
    const unavailable = { __typename: 'ProviderUnavailableError', code: 'PROVIDER_UNAVAILABLE' };
    expect(await forsaken.finish({ code, state })).toMatchObject(unavailable);
    expect(await forsaken.finish(github)).toMatchObject(unavailable);
    expect(await forsaken.database.session.count()).toBe(0);
  });
});
