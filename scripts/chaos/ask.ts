import { setTimeout as delay } from 'node:timers/promises';

const timeoutMs = 5_000;
const pauseMs = 250;

/** Codes after which nobody knows whether the write has happened; asking again under the same key tells. */
const passing = new Set([
  'UPSTREAM_UNAVAILABLE',
  'INTERNAL',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
]);

export interface Caller {
  readonly gateways: readonly string[];
  /** As whom the trusted proxy in front of the house would introduce it. */
  readonly address: string;
  /** Gets a token, a fresh one when the last was refused. */
  readonly token: (isRefused: boolean) => Promise<string>;
}

export interface Question {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

// biome-ignore lint/suspicious/noExplicitAny: results of any shape come back
export type Result = Record<string, any> & { readonly __typename: string };

interface Reply {
  readonly data?: Readonly<Record<string, Result | null>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`The house refused it: ${code}`);
    this.code = code;
  }
}

async function post(url: string, token: string, { address }: Caller, question: Question): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-forwarded-for': address,
    },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return (await response.json()) as Reply;
}

/**
 * Asks one gateway after the other until `read` finds a definite answer in a reply; it may throw `Refused`. Rests when
 * it has asked all of them.
 */
async function askUntil<T>(
  caller: Caller,
  question: Question,
  read: (reply: Reply) => T | undefined,
): Promise<T> {
  let isRefused = false;
  const first = Math.floor(Math.random() * caller.gateways.length);
  for (let turn = 1; ; turn++) {
    const url = caller.gateways[(first + turn) % caller.gateways.length] ?? '';
    const reply: Reply = await caller
      .token(isRefused)
      .then((token) => post(url, token, caller, question))
      .catch((): Reply => ({}));
    const answer = read(reply);
    if (answer !== undefined) return answer;
    isRefused = reply.errors?.[0]?.extensions?.code === 'UNAUTHENTICATED';
    if (turn % caller.gateways.length === 0) await delay(pauseMs);
  }
}

/** The success member of the one field that is asked for; an error member throws `Refused` with its code. */
export const askUntilDefinite = (caller: Caller, question: Question): Promise<Result> =>
  askUntil(caller, question, ({ data, errors }) => {
    const result = Object.values(data ?? {})[0];
    const code: string | undefined = result?.code ?? errors?.[0]?.extensions?.code;
    if (result && code === undefined) return result;
    if (code !== undefined && !passing.has(code)) throw new Refused(code);
    return undefined;
  });

/** All fields of a query once none of them has an error. */
export const askWhole = (
  caller: Caller,
  question: Question,
): Promise<Readonly<Record<string, Result | null>>> =>
  askUntil(caller, question, ({ data, errors }) => (errors === undefined && data ? data : undefined));
