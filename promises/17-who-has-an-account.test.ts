import { describe, expect, it } from '@jest/globals';
import { someLearner } from '../tests/end-to-end/people.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';
import { percentile, sendOverWire } from './wire.ts';

const house = await startRecordedHouse('accounts', {
  environment: {
    SIGN_IN_FAILURES_PER_ACCOUNT: '100000',
    REGISTRATIONS_PER_ADDRESS: '100000',
    STUFFING_ACCOUNTS: '1000000',
  },
});
const rounds = isFull ? 300 : 40;
let serial = 0;

interface Timed {
  readonly shape: string;
  readonly ms: number;
}

/** What is equal in equal answers: status, keys in their order, codes and messages; not ids, instants, addresses. */
const shapeOf = (status: number, body: string): string =>
  `${status} ${body
    .replace(/"(id|requestId|challenge|email|state|authorizationUrl)":"[^"]*"/g, '"$1":""')
    .replace(/"(expiresAt|verificationExpiresAt)":"[^"]*"/g, '"$1":""')
    .replace(/"retryAfterSeconds":\d+/g, '"retryAfterSeconds":0')}`;

async function ask(query: string, variables: object, token: string | null): Promise<Timed> {
  serial += 1;
  const startedAt = performance.now();
  const { status, body } = await sendOverWire(house.recorder, {
    url: house.places.gateway,
    headers: {
      // Somebody else each time, so that no limit answers in place of the mutation.
      ...(token === null
        ? { 'x-forwarded-for': `10.${serial >> 16}.${(serial >> 8) & 255}.${serial & 255}` }
        : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { shape: shapeOf(status, body), ms: performance.now() - startedAt };
}

const end = '__typename ... on UserError { code message path }';
const strangers = (turn: number) => `nobody.${turn}.${process.pid}@example.com`;
const learner = await someLearner(house);
const asking = await someLearner(house);

interface Way {
  readonly query: string;
  readonly more?: object;
  readonly token?: string | null;
  readonly rounds?: number;
}

const ways: Readonly<Record<string, Way>> = {
  'signing in': {
    query: `mutation ($email: String!, $password: String!) { signIn(email: $email, password: $password) { ${end} } }`,
    more: { password: 'not the password of anybody' },
  },
  registering: {
    query: `mutation ($email: String!, $password: String!) {
      register(input: { email: $email, password: $password, displayName: "Quick Fox" }) {
        ... on RegistrationAccepted { email verificationExpiresAt } ${end} } }`,
    more: { password: 'quietly humming turbines' },
  },
  'asking for a reset': {
    query: 'mutation ($email: String!) { requestPasswordReset(email: $email) { ok } }',
  },
  'asking for the mail again': {
    query: 'mutation ($email: String!) { resendVerification(email: $email) { ok } }',
  },
  'moving to the address': {
    query: `mutation ($email: String!, $password: String!) { changeEmail(newEmail: $email, password: $password) { ${end} } }`,
    more: { password: asking.password },
    token: asking.accessToken,
  },
  'signing in by passkey': {
    query: 'mutation ($email: String!) { beginPasskeySignIn(email: $email) { id expiresAt options } }',
  },
};

/** The chance that one of the one sort took longer than one of the other: 0.5 where they cannot be told apart. */
function areaUnderCurve(one: readonly number[], other: readonly number[]): number {
  let wins = 0;
  for (const left of one) for (const right of other) wins += left > right ? 1 : left === right ? 0.5 : 0;
  return wins / (one.length * other.length);
}

describe('nobody learns who has an account by', () => {
  it.each(Object.keys(ways))(
    '%s',
    async (name) => {
      const { query, more = {}, token = null } = ways[name] ?? { query: '' };
      const known: Timed[] = [];
      const unknown: Timed[] = [];
      for (let turn = -5; turn < rounds; turn += 1) {
        const asks = [
          async () => known.push(await ask(query, { ...more, email: learner.email }, token)),
          async () =>
            unknown.push(await ask(query, { ...more, email: strangers(turn + 1_000 * serial) }, token)),
        ];
        for (const next of turn % 2 === 0 ? asks : asks.toReversed()) await next();
      }
      const shapes = new Set([...known, ...unknown].map(({ shape }) => shape));
      expect([...shapes]).toHaveLength(1);

      const [times, otherTimes] = [known, unknown].map((all) => all.slice(5).map(({ ms }) => ms));
      const area = areaUnderCurve(times ?? [], otherTimes ?? []);
      const [median = 0, otherMedian = 0] = [times, otherTimes].map((all) => percentile(all ?? [], 0.5));
      const difference = Math.abs(median - otherMedian) / Math.min(median, otherMedian);
      console.info(
        `${name}: area ${area.toFixed(3)}, medians ${median.toFixed(2)} and ${otherMedian.toFixed(2)} ms`,
      );
      // Few rounds on a busy machine tell only what is plain to see.
      expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(isFull ? 0.1 : 0.3);
      if (isFull) expect(difference).toBeLessThanOrEqual(0.1);
    },
    600_000,
  );

  it('guessing until the limit answers, from one address', async () => {
    const query = `mutation ($email: String!) { signIn(email: $email, password: "not the password") {
      ${end} ... on RateLimitedError { retryAfterSeconds } ... on AccountLockedError { unlocksAt } } }`;
    const shapesFor = async (email: string, from: string) => {
      const shapes: string[] = [];
      for (let turn = 0; turn < 13; turn += 1) {
        const { status, body } = await sendOverWire(house.recorder, {
          url: house.places.gateway,
          from,
          body: JSON.stringify({ query, variables: { email } }),
        });
        shapes.push(shapeOf(status, body));
      }
      return shapes;
    };
    const known = await shapesFor(learner.email, '127.0.0.8');
    expect(known).toEqual(await shapesFor(strangers(1), '127.0.0.9'));
    expect(new Set(known).size).toBe(2);
  }, 60_000);
});

describeSilence(house);
