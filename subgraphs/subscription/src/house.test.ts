import { afterAll, describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { recordEvent } from '@studymate/database';
import { connectSubscription } from '@studymate/database/subscription';
import { readSecret, signRequest } from '@studymate/runtime';
import { startStripeStandIn } from '@studymate/stripe-stand-in';
import { someKey, someViewer, testDatabase } from '@studymate/testkit';
import Stripe from 'stripe';
import { prices } from '../tests/some-billing.ts';
import { start, startWorker } from './index.ts';

const postgres = await testDatabase('subscription');
const secret = 'whsec_house';
const port = 21_400 + Math.floor(Math.random() * 90);
// The door must be known to Stripe before it opens: webhooks that come too early are sent again.
const standIn = await startStripeStandIn({
  port: 0,
  webhookUrl: `http://127.0.0.1:${port}/webhooks/stripe`,
  webhookSecret: secret,
  firstRetryMs: 50,
});
const env = {
  ...process.env,
  SUBSCRIPTION_PORT: String(port),
  SUBSCRIPTION_DATABASE_URL: postgres.url,
  STRIPE_API_BASE: standIn.url,
  STRIPE_WEBHOOK_SECRET: secret,
  LOG_LEVEL: 'silent',
  QUEUE_PREFIX: `house-${process.pid}`,
};
process.env.QUEUE_PREFIX = env.QUEUE_PREFIX;
const server = await start(env);
const worker = await startWorker(env);
const database = connectSubscription(postgres.url);
afterAll(async () => {
  await worker.stop();
  await server.stop();
  await standIn.stop();
  await database.$disconnect();
});

/** Asks over HTTP as the gateway does. */
async function ask(viewer: Viewer | null, query: string, variables: object = {}) {
  const body = Buffer.from(JSON.stringify({ query, variables }));
  const headers = signRequest(
    readSecret('SUBGRAPH_SECRET', env),
    { viewer, requestId: newId('Session') },
    body,
  );
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return response.json();
}

async function until<T>(read: () => Promise<T>, isGood: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const value = await read();
    if (isGood(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not happen within 10 s.');
}

describe('the subgraph and its worker', () => {
  it('go from registration over payment to spent credits by themselves', async () => {
    const ada = someViewer();
    const profile = {
      email: 'house@example.com',
      displayName: 'Ada',
      locale: 'en',
      timeZone: 'UTC',
      dayStartMinutes: 0,
    };
    // In the whole house these come over the queue from auth and ai; here our own outbox carries them.
    await recordEvent(database, 'auth.user.registered', { userId: ada.id, ...profile });
    const account = () => database.creditAccount.findUnique({ where: { userId: ada.id } });
    await until(account, (row) => row?.balance === 50);

    const checkout = `mutation ($priceId: ID!, $key: String!) { startCheckout(priceId: $priceId, idempotencyKey: $key) {
      ... on CheckoutSession { url } ... on UserError { code } } }`;
    const { data } = await ask(ada, checkout, { priceId: prices.proMonthly, key: someKey() });
    const paid = await fetch(data.startCheckout.url, {
      method: 'POST',
      body: new URLSearchParams(),
      redirect: 'manual',
    });
    expect(paid.status).toBe(303);
    await until(account, (row) => row?.balance === 2_050);

    const generationId = newId('Generation');
    await recordEvent(database, 'ai.credits.requested', {
      generationId,
      userId: ada.id,
      kind: 'QUIZ',
      maxCredits: 20,
    });
    await until(account, (row) => row?.reserved === 20);
    await recordEvent(database, 'ai.generation.finished', {
      generationId,
      userId: ada.id,
      kind: 'QUIZ',
      state: 'SUCCEEDED',
      credits: 7,
      title: 'Leaves',
      outputId: null,
      finishedAt: new Date().toISOString(),
    });
    await until(account, (row) => row?.balance === 2_043 && row.reserved === 0);
    const status = await database.userSubscription.findFirstOrThrow({ where: { userId: ada.id } });
    expect(status.status).toBe('ACTIVE');
  }, 60_000);

  it('take Stripe’s word only with its signature, and a question only from the gateway', async () => {
    const payload = JSON.stringify({
      id: 'evt_x',
      object: 'event',
      type: 'ping',
      created: 1,
      data: { object: {} },
    });
    const send = (header: string) =>
      fetch(`${server.url}/webhooks/stripe`, {
        method: 'POST',
        body: payload,
        headers: { 'stripe-signature': header },
      });
    expect((await send('t=1,v1=00')).status).toBe(400);
    const header = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload, secret });
    expect((await send(header)).status).toBe(200);
    const unsigned = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      body: '{"query":"{ plans { id } }"}',
    });
    expect(unsigned.status).toBe(401);
    expect((await fetch(`${server.url}/ready/`)).status).toBe(200);
  });
});
