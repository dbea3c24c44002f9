import { describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { eventually } from '../scripts/story/narrator.ts';
import { googleServer } from '../subgraphs/auth/tests/provider-servers.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';

const redirectUri = 'https://app.studymate.example/signed-in';
const google = await googleServer();
const house = await startRecordedHouse('social', {
  environment: {
    PROVIDER_REDIRECT_URIS: redirectUri,
    GOOGLE_ISSUER: google.issuer,
    GOOGLE_CLIENT_ID: 'studymate-client',
    GOOGLE_CLIENT_SECRET: 'google-secret',
  },
});

const documents = {
  begin: `mutation ($redirectUri: URL!) {
    answer: beginProviderSignIn(provider: GOOGLE, redirectUri: $redirectUri) { authorizationUrl state } }`,
  signIn: `mutation ($code: String!, $state: String!) {
    answer: signInWithProvider(provider: GOOGLE, code: $code, state: $state) {
      __typename ... on AuthTokens { accessToken } ... on UserError { code } } }`,
  github: `mutation ($redirectUri: URL!) {
    beginProviderSignIn(provider: GITHUB, redirectUri: $redirectUri) { authorizationUrl } }`,
  viewer:
    '{ viewer { email identities { provider } credits { available } sessions { edges { node { id } } } } }',
} as const;

async function ask(query: string, variables = {}, token: string | null = null) {
  return postGraphql(house.places.gateway, { token, query, variables });
}
// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, which the tests assert on
const answerOf = async (query: string, variables = {}, token: string | null = null): Promise<any> => {
  const { data, text } = await ask(query, variables, token);
  if (!data) throw new Error(text);
  return data.answer ?? data.viewer;
};

const person = { sub: newRowId(), email: `${newRowId()}@example.org`, email_verified: true, name: 'Ada' };

async function atCallback(who: typeof person = person) {
  const { authorizationUrl, state } = await answerOf(documents.begin, { redirectUri });
  const { code, state: shown } = await google.consent(authorizationUrl, who);
  return { code, state, shown };
}

describe('a sign-in with Google, through the gateway', () => {
  it('makes an account that every domain learns of, and finds it again', async () => {
    const first = await answerOf(documents.signIn, await atCallback());
    const again = await answerOf(documents.signIn, await atCallback());
    const viewer = await eventually('credits of the new account', async () => {
      const seen = await answerOf(documents.viewer, {}, again.accessToken);
      return seen.credits ? seen : null;
    });
    expect(first.__typename).toBe('AuthTokens');
    expect(viewer).toMatchObject({ email: person.email, identities: [{ provider: 'GOOGLE' }] });
    expect(viewer.sessions.edges).toHaveLength(2);
  });

  it('opens no session for a callback of another browser, a replay, an open redirect or a forged claim', async () => {
    const { accessToken } = await answerOf(documents.signIn, await atCallback());
    const sessions = async () => (await answerOf(documents.viewer, {}, accessToken)).sessions.edges.length;
    const before = await sessions();

    const foreign = await atCallback();
    const refused = { __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' };
    expect(await answerOf(documents.signIn, { code: foreign.code, state: foreign.shown })).toEqual(refused);
    const used = await atCallback();
    await answerOf(documents.signIn, used);
    expect(await answerOf(documents.signIn, used)).toEqual(refused);
    const forged = await atCallback();
    google.spoilTokens(({ payload }) => Object.assign(payload, { aud: 'another-client' }));
    expect(await answerOf(documents.signIn, forged)).toEqual(refused);
    const { errors } = await ask(documents.begin, { redirectUri: 'https://evil.example' });
    expect(errors[0]?.extensions?.code).toBe('VALIDATION');
    expect(await sessions()).toBe(before + 1);
  });

  it('says that GitHub is not set up here', async () => {
    const { errors } = await ask(documents.github, { redirectUri });
    expect(errors[0]?.extensions?.code).toBe('PROVIDER_UNAVAILABLE');
  });
});

describeSilence(house);
