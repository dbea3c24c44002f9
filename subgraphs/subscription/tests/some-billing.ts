import { afterAll } from '@jest/globals';
import type { JobName, Viewer } from '@studymate/contracts';
import { connectSubscription, type SubscriptionClient } from '@studymate/database/subscription';
import { createLogger, listen } from '@studymate/runtime';
import { startStripeStandIn } from '@studymate/stripe-stand-in';
import { asker, deliver, someKey, someViewer, testDatabase } from '@studymate/testkit';
import type Stripe from 'stripe';
import { openBillingAccount } from '../src/billing-account/billing-account.service.ts';
import { type Context, createContext } from '../src/context.ts';
import { connectStripe, createBillingProvider } from '../src/provider/provider.ts';
import { schema } from '../src/schema.ts';
import { webhookRoute } from '../src/webhook/webhook.route.ts';
import { jobs } from '../src/worker.ts';

export const webhookSecret = 'whsec_of_these_tests';
const secretKey = 'sk_test_of_these_tests';

/** Ids that the plans' migration gives. */
export const prices = {
  plusMonthly: 'prc_01900000-0000-7000-8000-000000000003',
  plusYearly: 'prc_01900000-0000-7000-8000-000000000004',
  plusMonthlyUsd: 'prc_01900000-0000-7000-8000-000000000005',
  proMonthly: 'prc_01900000-0000-7000-8000-000000000008',
  proYearly: 'prc_01900000-0000-7000-8000-000000000009',
} as const;

export type Billing = Awaited<ReturnType<typeof someBilling>>;

/**
 * A whole billing on real parts: a fresh database, the local Stripe with its own clock, and the webhook door on a
 * free loopback port to which that Stripe delivers.
 */
export async function someBilling() {
  const postgres = await testDatabase('subscription');
  const database = connectSubscription(postgres.url);
  const clock = { now: new Date() };
  const now = () => clock.now;
  const logger = createLogger('subscription', { LOG_LEVEL: 'silent' });

  const contextOver = (client: SubscriptionClient, viewer: Viewer | null): Context =>
    createContext({ database: client, resources, viewer, now });
  const door = await listen({
    port: 0,
    routes: {
      'POST /webhooks/stripe': webhookRoute({
        secrets: [webhookSecret],
        createContext: () => contextOver(database, null),
        logger,
      }),
    },
    onError: (error) => logger.error(error),
  });
  const standIn = await startStripeStandIn({
    port: 0,
    webhookUrl: `${door.url}/webhooks/stripe`,
    webhookSecret,
    now,
    firstRetryMs: 50,
  });
  const options = { apiBase: standIn.url, secretKey, timeoutMs: 5_000 };
  const resources = { provider: createBillingProvider(options), returnUrl: 'http://127.0.0.1:4000/' };
  const stripe = connectStripe(options);

  afterAll(async () => {
    await standIn.stop();
    await door.stop();
    await database.$disconnect();
  });

  return {
    url: postgres.url,
    database,
    stripe,
    door,
    clock,
    standIn,
    resources,
    logger,
    system: () => contextOver(database, null),
    contextOver,
    ask: asker<Context>(schema, (viewer) => contextOver(database, viewer)),
    ...journeys({ standIn, stripe, clock, database, system: () => contextOver(database, null) }),
  };
}

interface Parts {
  readonly standIn: Awaited<ReturnType<typeof startStripeStandIn>>;
  readonly stripe: Stripe;
  readonly clock: { now: Date };
  readonly database: SubscriptionClient;
  readonly system: () => Context;
}

/** What people and time do in these tests. */
function journeys({ standIn, stripe, clock, database, system }: Parts) {
  const delivered = async () => {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const { data } = await stripe.events.list({ limit: 100 });
      if (data.every(({ pending_webhooks }) => pending_webhooks === 0)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('Not every webhook was delivered.');
  };
  /** Does the jobs that wait in the outbox, as the worker would. */
  const workOff = async () => {
    const waiting = await database.outboxEntry.findMany({
      where: { kind: 'JOB', dueAt: { not: null } },
      orderBy: { sequence: 'asc' },
    });
    for (const { id, name, payload } of waiting) {
      const handler = jobs[name as JobName & keyof typeof jobs];
      await handler(system(), payload as { eventId: string });
      await database.outboxEntry.update({ where: { id }, data: { dueAt: null } });
    }
  };
  return {
    delivered,
    workOff,
    /** A learner whose registration billing has heard of: 50 welcome credits. */
    async someLearner(): Promise<Viewer> {
      const viewer = someViewer();
      const profile = {
        userId: viewer.id,
        email: `${viewer.id}@example.com`,
        displayName: 'Ada',
        locale: 'en',
        timeZone: 'Asia/Seoul',
        dayStartMinutes: 240,
      };
      await deliver(system(), openBillingAccount, { name: 'auth.user.registered', payload: profile });
      return viewer;
    },
    /** Pays on the hosted page, as a person with this card would. */
    async pay(pageUrl: string, card = '4242 4242 4242 4242'): Promise<number> {
      const body = new URLSearchParams({ card });
      const response = await fetch(pageUrl, { method: 'POST', body, redirect: 'manual' });
      await response.arrayBuffer();
      await delivered();
      await workOff();
      return response.status;
    },
    /** Ends every subscription, so that a leap of the clock to the next story does not bill for years. */
    async endAll(): Promise<void> {
      for await (const { id } of stripe.subscriptions.list({ limit: 100 }))
        await stripe.subscriptions.cancel(id);
      await delivered();
    },
    /** Lets Stripe's and our clock pass to an instant and everything due happen. */
    async passTo(instant: Date): Promise<void> {
      clock.now = instant;
      await standIn.tick();
      await delivered();
      await workOff();
    },
  };
}

const checkout = `mutation ($priceId: ID!, $key: String!) {
  startCheckout(priceId: $priceId, idempotencyKey: $key) {
    ... on CheckoutSession { url expiresAt }
    ... on UserError { code message path }
    ... on StateError { currentState }
  }
}`;

/** Starts a checkout as the learner; the answer's result. */
export async function startCheckout(billing: Billing, viewer: Viewer, priceId: string, key = someKey()) {
  const { data, errors } = await billing.ask(viewer, checkout, { priceId, key });
  return { result: data.startCheckout, errors };
}

/** A learner who has subscribed and paid. */
export async function someSubscriber(billing: Billing, priceId: string): Promise<Viewer> {
  const viewer = await billing.someLearner();
  const { result } = await startCheckout(billing, viewer, priceId);
  const status = await billing.pay(result.url);
  if (status !== 303) throw new Error(`The payment page answered ${status}.`);
  return viewer;
}

const overview = `query ($me: [_Any!]!) {
  _entities(representations: $me) {
    ... on User {
      subscription {
        id status startedAt currentPeriodStart currentPeriodEnd trialEndsAt cancelAtPeriodEnd canceledAt graceEndsAt
        plan { code } price { id amount { amountMinor currency } interval }
        pendingChange { toPlan { code } effectiveAt }
        dunning { attempt maxAttempts nextRetryAt }
        history { type from to providerEventId }
      }
      credits { balance reserved available expiringSoon { remaining } ledger { edges { node { kind grant { source } } } } }
      entitlements { feature allowed limit used remaining resetsAt reason upgradePlan { code } }
      invoices(first: 10) {
        edges { node { number status total { amountMinor currency } amountPaid { amountMinor }
          lines { description amount { amountMinor } proration } hostedUrl } }
        pageInfo { hasNextPage } totalCount
      }
      paymentMethods { brand last4 default }
    }
  }
}`;

/** Everything billing shows of some people to a viewer. */
export async function readBillings(billing: Pick<Billing, 'ask'>, viewer: Viewer, people: readonly Viewer[]) {
  const representations = people.map(({ id }) => ({ __typename: 'User', id }));
  const { data, errors } = await billing.ask(viewer, overview, { me: representations });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const found: (typeof data)[] = data._entities;
  return found;
}

/** Everything billing shows to the learner. */
export async function readBilling(billing: Pick<Billing, 'ask'>, viewer: Viewer) {
  const [mine] = await readBillings(billing, viewer, [viewer]);
  if (!mine) throw new Error('Billing shows nothing.');
  return mine;
}
