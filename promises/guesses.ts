import type { RecordedHouse } from './recorded-house.ts';
import { sendOverWire } from './wire.ts';

export interface Guess {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** The address on loopback that it comes from. */
  readonly from: string;
  readonly agent?: string;
}

export interface Guessed {
  readonly status: number;
  readonly typename: string | null;
  readonly code: string | null;
  readonly retryAfterSeconds: number | null;
  readonly ms: number;
}

const query = `mutation ($email: String!, $password: String!) { answer: signIn(email: $email, password: $password) {
  __typename ... on AuthTokens { accessToken } ... on UserError { code }
  ... on RateLimitedError { retryAfterSeconds } } }`;

const robot = 'Mozilla/5.0 (Windows NT 10.0) Chrome/139.0';

/** Tries a password, and answers what came of it. */
export async function guess(house: RecordedHouse, guessed: Guess): Promise<Guessed> {
  const { url, from, agent = robot, email, password } = guessed;
  const startedAt = performance.now();
  const { status, body } = await sendOverWire(house.recorder, {
    url,
    from,
    headers: { 'user-agent': agent },
    body: JSON.stringify({ query, variables: { email, password } }),
  });
  const { data, errors } = JSON.parse(body);
  const answer = data?.answer;
  return {
    status,
    typename: answer?.__typename ?? null,
    code: answer?.code ?? errors?.[0]?.extensions?.code ?? null,
    retryAfterSeconds: answer?.retryAfterSeconds ?? null,
    ms: performance.now() - startedAt,
  };
}

/** A password was looked at, right or wrong. */
export const isEvaluated = ({ code }: Guessed): boolean => code === null || code === 'INVALID_CREDENTIALS';

/** Does a piece of work so many times, in so many lanes; answers the results by turn. */
export async function inLanes<R>(
  { lanes, times }: { readonly lanes: number; readonly times: number },
  work: (turn: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let turn = next++; turn < times; turn = next++) results[turn] = await work(turn);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
