import { createClient, SignInDocument, type StudyMateClient } from '@studymate/client';
import { openAccount } from '../../scripts/story/account.chapter.ts';
import type { Learner } from '../../scripts/story/learner.ts';
import { meetLearner } from '../../scripts/story/learner.ts';
import type { Narrator } from '../../scripts/story/narrator.ts';
import { createNarrator, succeeded } from '../../scripts/story/narrator.ts';
import type { OpenHouse } from './house.ts';
import { postGraphql } from './raw.ts';

/** Tells nobody; a step that fails is named in its error all the same. */
export const silently: Narrator = createNarrator(() => undefined);

/** A new learner of the house with a verified address, signed in. */
export async function someLearner(house: OpenHouse): Promise<Learner> {
  const learner = meetLearner(house.places);
  await openAccount(learner, silently);
  return learner;
}

/** The access token of the demo account with that role. */
export async function signInAs(house: OpenHouse, role: string): Promise<string> {
  const { email = '', password = '' } = house.logins.find((login) => login.role === role) ?? {};
  const { signIn } = await clientOf(house.places.gateway, null).request(SignInDocument, { email, password });
  return succeeded(signIn, 'AuthTokens').accessToken;
}

/** A client for the token; at `at` every service takes it to be that instant. */
export const clientOf = (url: string, token: string | null, at?: Date): StudyMateClient =>
  createClient({
    url,
    accessToken: () => token,
    clientName: 'studymate-tests',
    ...(at && {
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('x-test-clock', at.toISOString());
        return fetch(input, { ...init, headers });
      },
    }),
  });

/** Lets learners write quizzes too, as an administrator would; they have to sign in again. */
export async function makeAuthors(house: OpenHouse, learners: readonly Learner[]): Promise<void> {
  const token = await signInAs(house, 'ADMIN');
  for (const learner of learners) {
    const { data } = await postGraphql(house.places.gateway, {
      token: learner.accessToken,
      query: '{ viewer { id } }',
    });
    const { id } = (data?.viewer ?? {}) as { id?: string };
    const query = `mutation ($id: ID!) {
      setUserRoles(userId: $id, roles: [LEARNER, AUTHOR]) { __typename ... on UserError { code message } }
    }`;
    const answer = await postGraphql(house.places.gateway, { token, query, variables: { id } });
    if (!answer.text.includes('"User"')) throw new Error(answer.text);
    const { email, password } = learner;
    learner.accessToken = null;
    const { signIn } = await learner.client.request(SignInDocument, { email, password });
    learner.accessToken = succeeded(signIn, 'AuthTokens').accessToken;
  }
}
