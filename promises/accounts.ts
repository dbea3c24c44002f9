import { postGraphql } from '../tests/end-to-end/raw.ts';
import type { RecordedHouse } from './recorded-house.ts';

export interface Call {
  readonly token?: string | null;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The instant that every service takes it to be. */
  readonly at?: Date;
}

/** What a mutation answered: its fields, with the code of a top-level error where there is no answer. */
export type Answer = Readonly<Record<string, unknown>> & { readonly code?: string };

export const tokens = '__typename ... on AuthTokens { accessToken refreshToken } ... on UserError { code }';

/** Asks with a document whose one field has the alias `answer`. */
export async function answerOf(house: RecordedHouse, query: string, call: Call = {}): Promise<Answer> {
  const { token = null, variables = {}, at } = call;
  const { data, errors } = await postGraphql(house.places.gateway, {
    token,
    query,
    variables,
    ...(at && { at }),
  });
  const answer = (data?.answer ?? {}) as Answer;
  const code = answer.code ?? errors[0]?.extensions?.code;
  return code === undefined ? answer : { ...answer, code };
}

const signInDocument = `mutation ($email: String!, $password: String!) {
  answer: signIn(email: $email, password: $password) {
    ${tokens} ... on MfaChallenge { challengeToken methods } } }`;

export const signIn = (
  house: RecordedHouse,
  { email, password }: { readonly email: string; readonly password: string },
  at?: Date,
): Promise<Answer> => answerOf(house, signInDocument, { variables: { email, password }, ...(at && { at }) });
