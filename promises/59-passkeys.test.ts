import { describe, expect, it } from '@jest/globals';
import { newDevice } from '../subgraphs/auth/tests/authenticator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, joinRecordedHouse } from './recorded-house.ts';

const house = await joinRecordedHouse();
const { port } = new URL(house.places.gateway);
/** As docs/how-to/sign-in-with-providers.md has it: the local page, by its name. */
const origin = `http://localhost:${port}`;

const documents = {
  beginRegistration: 'mutation { answer: beginPasskeyRegistration(label: "laptop") { id options } }',
  finishRegistration: `mutation ($challengeId: ID!, $response: JSON!) {
    answer: finishPasskeyRegistration(challengeId: $challengeId, response: $response) {
      __typename ... on RecoveryCodes { codes } } }`,
  beginSignIn: 'mutation { answer: beginPasskeySignIn { id options } }',
  finishSignIn: `mutation ($challengeId: ID!, $response: JSON!) {
    answer: finishPasskeySignIn(challengeId: $challengeId, response: $response) {
      __typename ... on AuthTokens { accessToken session { authLevel } } ... on UserError { code } } }`,
  viewer: '{ viewer { email mfaFactors { label } credits { available } } }',
} as const;

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, which the tests assert on
async function ask(query: string, variables = {}, token: string | null = null): Promise<any> {
  const { data, text } = await postGraphql(house.places.gateway, { token, query, variables });
  if (!data) throw new Error(text);
  return data.answer ?? data.viewer;
}

const learner = await someLearner(house);
const device = newDevice();

describe('a passkey, through the gateway', () => {
  it('is registered, and signs in with nothing else', async () => {
    const { id, options } = await ask(documents.beginRegistration, {}, learner.accessToken);
    const created = device.createJSON(origin, options);
    const stored = { challengeId: id, response: created };
    expect((await ask(documents.finishRegistration, stored, learner.accessToken)).codes).toHaveLength(10);

    const begun = await ask(documents.beginSignIn);
    const response = device.getJSON(origin, begun.options);
    const answer = await ask(documents.finishSignIn, { challengeId: begun.id, response });
    expect(answer).toMatchObject({ __typename: 'AuthTokens', session: { authLevel: 'MFA' } });
    expect(await ask(documents.viewer, {}, answer.accessToken)).toEqual({
      email: learner.email,
      mfaFactors: [{ label: 'laptop' }],
      credits: { available: expect.any(Number) },
    });
  });

  it('answers each challenge once, of twenty at a time', async () => {
    const { id, options } = await ask(documents.beginSignIn);
    const response = device.getJSON(origin, options);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(documents.finishSignIn, { challengeId: id, response })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'AuthTokens')).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'INVALID_CREDENTIALS')).toHaveLength(19);
  });

  it('lets nobody in from another page', async () => {
    const { id, options } = await ask(documents.beginSignIn);
    const evil = 'http://studymate.evil.example';
    const response = device.getJSON(evil, options, [evil]);
    expect((await ask(documents.finishSignIn, { challengeId: id, response })).code).toBe(
      'INVALID_CREDENTIALS',
    );
  });
});

describeSilence(house);
