import { newRowId, type Viewer } from '@studymate/contracts';
import { type GithubAccount, githubServer, googleServer, type Person } from './provider-servers.ts';
import { authWorld, type Place } from './world.ts';

export const redirectUri = 'https://app.studymate.example/signed-in';
export const clientId = 'studymate-client';

export type Provider = 'GOOGLE' | 'GITHUB';

export const documents = {
  begin: `mutation ($provider: IdentityProvider!, $redirectUri: URL!) {
    answer: beginProviderSignIn(provider: $provider, redirectUri: $redirectUri) { authorizationUrl state expiresAt } }`,
  signIn: `mutation ($provider: IdentityProvider!, $code: String!, $state: String!, $iss: String) {
    answer: signInWithProvider(provider: $provider, code: $code, state: $state, iss: $iss) {
      __typename ... on AuthTokens { accessToken session { id authLevel } user { id displayName } }
      ... on MfaChallenge { methods } ... on UserError { code message path } } }`,
  unlink: `mutation ($provider: IdentityProvider!) {
    answer: unlinkIdentity(provider: $provider) { __typename ... on UserError { code } } }`,
  identities:
    '{ viewer { email identities { provider subject linkedAt } loginHistory { edges { node { method outcome } } } } }',
} as const;

export interface Callback {
  readonly provider?: Provider;
  readonly code: string;
  readonly state: string;
  readonly iss?: string;
}

export const someone = (over: Partial<Person> = {}): Person => ({
  sub: newRowId(),
  email: `${newRowId()}@example.org`,
  email_verified: true,
  name: 'Ada Lovelace',
  ...over,
});

export const someGithubAccount = (over: Partial<GithubAccount> = {}): GithubAccount => ({
  id: Math.trunc(Math.random() * 1e9) + 1,
  login: 'octocat',
  name: null,
  emails: [
    { email: `${newRowId()}@users.example.org`, primary: false, verified: true },
    { email: `${newRowId()}@example.org`, primary: true, verified: true },
  ],
  ...over,
});

/** The world of auth with both providers on the loopback address. Call it at the top of a test file. */
export async function providerWorld() {
  const google = await googleServer();
  const github = await githubServer({ clientSecret: 'github-secret' });
  const world = await authWorld({
    PROVIDER_REDIRECT_URIS: redirectUri,
    GOOGLE_ISSUER: google.issuer,
    GOOGLE_CLIENT_ID: clientId,
    GOOGLE_CLIENT_SECRET: 'google-secret',
    GITHUB_BASE_URL: github.baseUrl,
    GITHUB_CLIENT_ID: clientId,
    GITHUB_CLIENT_SECRET: 'github-secret',
  });

  const begin = async (provider: Provider = 'GOOGLE', viewer: Viewer | null = null) =>
    (await world.ask(viewer, documents.begin, { provider, redirectUri })).data.answer;
  const finish = async (callback: Callback, viewer: Viewer | null = null, place: Place = {}) =>
    (await world.askAt(place)(viewer, documents.signIn, { provider: 'GOOGLE', ...callback })).data.answer;

  /** A sign-in up to the callback: what the URL carries, and the state that the browser has kept. */
  const atCallback = async (person: Person = someone(), viewer: Viewer | null = null) => {
    const { authorizationUrl, state } = await begin('GOOGLE', viewer);
    const { code, state: shown } = await google.consent(authorizationUrl, person);
    return { code, state, shown };
  };
  const signInAs = async (person: Person, viewer: Viewer | null = null) => {
    const { code, state } = await atCallback(person, viewer);
    return finish({ code, state }, viewer);
  };
  const atGithubCallback = async (account: GithubAccount) => {
    const { authorizationUrl, state } = await begin('GITHUB');
    return { provider: 'GITHUB' as const, code: github.consent(authorizationUrl, account).code, state };
  };
  const signInByGithub = async (account: GithubAccount) => finish(await atGithubCallback(account));

  return { ...world, google, github, begin, finish, atCallback, atGithubCallback, signInAs, signInByGithub };
}
