import { describe, expect, it } from '@jest/globals';
import { newRowId, type Viewer } from '@studymate/contracts';
import { asker } from '@studymate/testkit';
import { createResources } from '../src/resources.ts';
import { schema } from '../src/schema.ts';
import {
  clientId,
  documents,
  providerWorld,
  redirectUri,
  someGithubAccount,
  someone,
} from './provider-world.ts';

const world = await providerWorld();
const { ask, askAt, database, google, begin, signInAs, signInByGithub } = world;
const minuteMs = 60_000;

describe('a sign-in with a provider', () => {
  it('asks for consent with PKCE S256, a nonce, and a state that is not the one the browser keeps', async () => {
    const { authorizationUrl, state } = await begin();
    const { origin, searchParams } = new URL(authorizationUrl);
    expect(origin).toBe(new URL(google.issuer).origin);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43,}$/),
    });
    expect(searchParams.get('state')).not.toBe(state);
    expect(authorizationUrl).not.toContain('google-secret');
  });

  it('makes an account of a verified address the first time, and finds it by its subject ever after', async () => {
    const person = someone();
    const first = await signInAs(person);
    expect(first).toMatchObject({
      __typename: 'AuthTokens',
      session: { authLevel: 'PASSWORD' },
      user: { displayName: 'Ada Lovelace' },
    });
    const again = await signInAs({ ...person, email: 'moved@example.org', email_verified: false });
    expect(again.user.id).toBe(first.user.id);
    const { viewer } = (await ask(await world.viewerOf(again.accessToken), documents.identities)).data;
    expect(viewer.email).toBe(person.email);
    expect(viewer.identities).toEqual([
      { provider: 'GOOGLE', subject: person.sub, linkedAt: expect.any(String) },
    ]);
    expect(viewer.loginHistory.edges.map(({ node }: { node: object }) => node)).toEqual([
      { method: 'GOOGLE', outcome: 'SUCCESS' },
      { method: 'GOOGLE', outcome: 'SUCCESS' },
    ]);
  });

  it('works with GitHub, whose API tells the addresses', async () => {
    const account = someGithubAccount();
    const first = await signInByGithub(account);
    expect(first.user.displayName).toBe('octocat');
    expect((await signInByGithub(account)).user.id).toBe(first.user.id);
    const { viewer } = (await ask(await world.viewerOf(first.accessToken), documents.identities)).data;
    expect(viewer).toMatchObject({
      email: account.emails[1]?.email,
      identities: [{ provider: 'GITHUB', subject: String(account.id) }],
    });
  });

  it('asks for the second factor all the same', async () => {
    const person = someone();
    const { user } = await signInAs(person);
    await database.totpFactor.create({
      data: {
        id: newRowId(),
        userId: user.id,
        label: 'phone',
        secretCipher: '',
        createdAt: new Date(),
        confirmedAt: new Date(),
      },
    });
    expect(await signInAs(person)).toMatchObject({
      __typename: 'MfaChallenge',
      methods: ['TOTP', 'RECOVERY_CODE'],
    });
  });

  it('takes over no account by its address: its owner signs in and links', async () => {
    const { email, viewer } = await world.someUser();
    const person = someone({ email });
    expect(await signInAs(person)).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' });
    expect(await database.externalIdentity.count({ where: { userId: viewer.id } })).toBe(0);

    const linked = await signInAs(person, viewer);
    expect(linked).toMatchObject({ session: { id: viewer.sessionId }, user: { id: viewer.id } });
    expect((await signInAs(person)).user.id).toBe(viewer.id);
    await world.deliverMails();
    expect(world.mailsTo(email).map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/외부 계정이/),
    );
  });

  it('links an identity to one account, and one of a provider to an account', async () => {
    const [ada, eve] = [await world.someUser(), await world.someUser()];
    const person = someone();
    await signInAs(person, ada.viewer);
    expect(await signInAs(person, eve.viewer)).toMatchObject({ code: 'CONFLICT' });
    expect(await signInAs(someone(), ada.viewer)).toMatchObject({ code: 'CONFLICT' });
    expect((await signInAs(person)).user.id).toBe(ada.viewer.id);
    const late = askAt({ later: 16 * minuteMs });
    const { errors } = await late(ada.viewer, documents.begin, { provider: 'GITHUB', redirectUri });
    expect(errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
  });

  it('unlinks, but not the only way in', async () => {
    const { email, viewer } = await world.someUser();
    const person = someone();
    await signInAs(person, viewer);
    const unlink = async (who: Viewer) =>
      (await ask(who, documents.unlink, { provider: 'GOOGLE' })).data.answer;
    expect((await unlink(viewer)).__typename).toBe('Acknowledgement');
    expect((await unlink(viewer)).code).toBe('NOT_FOUND');
    await world.deliverMails();
    expect(world.mailsTo(email).at(-1)?.subject).toMatch(/연결이 해제/);

    const { accessToken } = await signInAs(someone());
    expect(await unlink(await world.viewerOf(accessToken))).toEqual({
      __typename: 'StateError',
      code: 'STATE',
    });
  });

  it('says so where no keys are configured', async () => {
    const { providers } = createResources({ database, redis: world.redis }, process.env);
    const bare = asker(schema, (viewer) => ({ ...world.contextAt(viewer), providers }));
    const { errors } = await bare(null, documents.begin, { provider: 'GOOGLE', redirectUri });
    expect(errors[0]).toMatchObject({
      message: 'Google is not set up here. Sign in another way.',
      extensions: { code: 'PROVIDER_UNAVAILABLE' },
    });
  });
});
