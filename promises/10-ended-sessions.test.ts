import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningRedis, startRedis } from '@studymate/embedded';
import { payOn } from '../scripts/story/billing.chapter.ts';
import { freshKey, type Learner } from '../scripts/story/learner.ts';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { root } from '../tests/end-to-end/house.ts';
import { signInAs, someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { answerOf, signIn, tokens } from './accounts.ts';
import { codeOf } from './phone.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('ended');
const second = await startProductionGateway(house);
const gateways = [house.places.gateway, second.graphql];
/** On a machine that may be doing ten other things everything takes its time. */
const margin = isFull ? 1 : 3;
const deathMs = 2_000 * margin;
const silenceMs = 5_000 * margin;

const ask = (learner: Learner, query: string, variables = {}) =>
  answerOf(house, query, { token: learner.accessToken, variables });
const isAlive = async (url: string, { accessToken: token }: Learner): Promise<boolean> =>
  ((await postGraphql(url, { token, query: '{ viewer { id } }' })).data?.viewer ?? null) !== null;

/** Follows her unread notifications; resolves with the instant when the gateway has ended that. */
async function follow({ accessToken }: Learner): Promise<{ over: Promise<number>; leave(): void }> {
  const leaving = new AbortController();
  const response = await fetch(house.places.gateway, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
    },
    body: JSON.stringify({ query: 'subscription { unreadCountChanged }' }),
    signal: leaving.signal,
  });
  expect(response.status).toBe(200);
  const read = async () => {
    for await (const _chunk of response.body ?? []);
    return performance.now();
  };
  return { over: read().catch(() => Number.POSITIVE_INFINITY), leave: () => leaving.abort() };
}

/** How long after a trigger the session was last let through, and its subscription open, in ms. */
async function outlive(learner: Learner, trigger: () => Promise<unknown>) {
  for (const url of gateways) expect(await isAlive(url, learner)).toBe(true);
  const { over, leave } = await follow(learner);
  let isOver = false;
  const lastAlive = gateways.map(() => 0);
  const polls = gateways.map(async (url, index) => {
    for (; !isOver; await delay(50)) if (await isAlive(url, learner)) lastAlive[index] = performance.now();
  });
  await delay(200);
  await trigger();
  const at = performance.now();
  const silentAt = await Promise.race([over, delay(silenceMs + 1_000, Number.POSITIVE_INFINITY)]);
  await delay(Math.max(0, 1_500 - (performance.now() - at)));
  isOver = true;
  await Promise.all(polls);
  leave();
  const stillAlive = await Promise.all(gateways.map((url) => isAlive(url, learner)));
  return { lastMs: Math.max(...lastAlive) - at, silentMs: silentAt - at, stillAlive };
}

/** The same person on another device. */
const elsewhere = async (learner: Learner): Promise<Learner> => ({
  ...learner,
  accessToken: String((await signIn(house, learner)).accessToken),
});

const acknowledged = { __typename: 'Acknowledgement' };
const end = '__typename ... on UserError { code }';
const adminSays = async (learner: Learner, mutation: string, type: string): Promise<void> => {
  const { id } = await ask(learner, '{ answer: viewer { id } }');
  const query = `mutation ($id: ID!) { answer: ${mutation} { ${end} } }`;
  const token = await signInAs(house, 'ADMIN');
  expect(await answerOf(house, query, { token, variables: { id } })).toMatchObject({ __typename: type });
};

const triggers: Readonly<Record<string, (learner: Learner) => Promise<() => Promise<unknown>>>> = {
  'signing out': async (learner) => () => ask(learner, 'mutation { answer: signOut { ok } }'),
  'signing out everywhere, on another device': async (learner) => {
    const other = await elsewhere(learner);
    return () => ask(other, 'mutation { answer: signOut(allSessions: true) { ok } }');
  },
  'another password, from another device': async (learner) => {
    const other = await elsewhere(learner);
    const passwords = `currentPassword: "${learner.password}", newPassword: "nine slow ferries cross"`;
    return async () =>
      expect(await ask(other, `mutation { answer: changePassword(${passwords}) { ${end} } }`)).toMatchObject(
        acknowledged,
      );
  },
  'a reset of the password': async (learner) => {
    const { email } = learner;
    await ask(learner, `mutation { answer: requestPasswordReset(email: "${email}") { ok } }`);
    const { text } = await receiveMail(house.places.mail, email, /new StudyMate password/i);
    const token = /^[\w-]{54}$/m.exec(text)?.[0];
    const reset = `resetPassword(token: "${token}", newPassword: "nine slow ferries cross") { ${tokens} }`;
    return async () =>
      expect(await answerOf(house, `mutation { answer: ${reset} }`)).toMatchObject({
        __typename: 'AuthTokens',
      });
  },
  'a second factor less, from another device': async (learner) => {
    const other = await elsewhere(learner);
    const enroll = 'enrollTotp(label: "Phone") { ... on TotpEnrollment { factorId secret } }';
    const { factorId: id, secret } = await ask(other, `mutation { answer: ${enroll} }`);
    const withCode = (field: string, at: Date) =>
      answerOf(
        house,
        `mutation ($id: ID!, $code: String!) { answer: ${field}(factorId: $id, code: $code) { ${end} } }`,
        { token: other.accessToken, variables: { id, code: codeOf(String(secret), at) }, at },
      );
    await withCode('confirmFactor', new Date());
    return async () =>
      expect(await withCode('removeFactor', new Date(Date.now() + 30_000))).toMatchObject(acknowledged);
  },
  'an account that is shut': async (learner) => () =>
    adminSays(learner, 'disableUser(userId: $id, reason: "a test")', 'Acknowledgement'),
  'another role': async (learner) => () =>
    adminSays(learner, 'setUserRoles(userId: $id, roles: [AUTHOR])', 'User'),
  'a plan that is over': async (learner) => {
    const { plans } = (
      await postGraphql(house.places.gateway, {
        token: null,
        query: '{ plans { prices { id interval amount { amountMinor } } } }',
      })
    ).data as { plans: { prices: { id: string; interval: string; amount: { amountMinor: number } }[] }[] };
    const price = plans
      .flatMap(({ prices }) => prices)
      .find(({ interval, amount }) => interval === 'MONTH' && amount.amountMinor > 0);
    const checkout = `mutation ($priceId: ID!, $key: String!) {
      answer: startCheckout(priceId: $priceId, idempotencyKey: $key) { ... on CheckoutSession { url } ${end} } }`;
    const { url } = await ask(learner, checkout, { priceId: price?.id, key: freshKey() });
    await payOn(String(url));
    await eventually('the plan in her tokens', async () => {
      const { accessToken } = await elsewhere(learner);
      return Buffer.from(String(accessToken).split('.')[1] ?? '', 'base64url').includes('"plan"');
    });
    return () => ask(learner, `mutation { answer: cancelSubscription(atPeriodEnd: false) { ${end} } }`);
  },
};

describe('a session ends on every gateway within 2 s, and its subscriptions within 5 s, by', () => {
  it.each(Object.keys(triggers))(
    '%s',
    async (name) => {
      const learner = await someLearner(house);
      const trigger = await triggers[name]?.(learner);
      if (!trigger) throw new Error(name);
      const { lastMs, silentMs, stillAlive } = await outlive(learner, trigger);
      expect(lastMs).toBeLessThan(deathMs);
      expect(silentMs).toBeLessThan(silenceMs);
      expect(stillAlive).toEqual([false, false]);
    },
    60_000,
  );
});

describe('while Redis is away', () => {
  const directory = join(house.site.directory, 'redis');
  let redis: RunningRedis | undefined;
  let live: Learner;
  let gone: Learner;

  beforeAll(async () => {
    live = await someLearner(house);
    gone = await someLearner(house);
    for (const learner of [live, gone]) await isAlive(house.places.gateway, learner);
    process.kill(Number(readFileSync(join(directory, 'redis.pid'), 'utf8')), 'SIGKILL');
    await delay(500);
    await ask(gone, 'mutation { answer: signOut { ok } }');
  }, 60_000);
  afterAll(async () => {
    await redis?.stop();
  });

  it('reads go on, and no sensitive act is accepted by a password alone, or in a session that has ended', async () => {
    const passwords = ({ password }: Learner) =>
      `currentPassword: "${password}", newPassword: "nine slow ferries cross"`;
    const acts = (learner: Learner) => [
      `mutation { answer: changePassword(${passwords(learner)}) { ${end} } }`,
      `mutation { answer: createAccessToken(name: "a", scopes: ["study:read"]) { ${end} } }`,
      `mutation { answer: changeEmail(newEmail: "new.${learner.email}", password: "${learner.password}") { ${end} } }`,
      `mutation { answer: openBillingPortal(returnUrl: "http://127.0.0.1:4000/") { __typename } }`,
    ];
    expect(await isAlive(house.places.gateway, live)).toBe(true);
    for (const act of acts(live)) expect((await ask(live, act)).code).toBe('MFA_REQUIRED');
    for (const act of acts(gone)) expect((await ask(gone, act)).code).toBe('UNAUTHENTICATED');

    redis = await startRedis({
      directory,
      port: Number(house.site.ports.environment.REDIS_PORT),
      cache: join(root, 'run/toolchain/redis'),
    });
    await eventually('the same act, accepted', async () => {
      const { code } = await ask(live, acts(live)[1] ?? '');
      return code === undefined;
    });
    expect((await signIn(house, live)).accessToken).toBeDefined();
  }, 60_000);
});

describeSilence(house);
