import { afterAll, describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { connectSubscription } from '@studymate/database/subscription';
import { listen } from '@studymate/runtime';
import { asker, testDatabase } from '@studymate/testkit';
import Stripe from 'stripe';
import {
  type Billing,
  prices,
  readBilling,
  someBilling,
  someSubscriber,
  startCheckout,
  webhookSecret,
} from '../../tests/some-billing.ts';
import { type Context, createContext } from '../context.ts';
import { createBillingProvider } from '../provider/provider.ts';
import { schema } from '../schema.ts';
import { webhookRoute } from './webhook.route.ts';

const billing = await someBilling();
const signer = new Stripe('sk_test_x');
const nowSeconds = () => Math.floor(Date.now() / 1000);

interface Sending {
  readonly secret?: string;
  /** How old the signature is, in seconds. */
  readonly age?: number;
  readonly header?: string | null;
}

const headerOf = (payload: string, { secret = webhookSecret, age = 0, header }: Sending) =>
  header === undefined
    ? signer.webhooks.generateTestHeaderString({ payload, secret, timestamp: nowSeconds() - age })
    : header;

async function send(payload: string, sending: Sending = {}, door = billing.door.url): Promise<number> {
  const header = headerOf(payload, sending);
  const response = await fetch(`${door}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(header === null ? {} : { 'stripe-signature': header }),
    },
    body: payload,
  });
  await response.arrayBuffer();
  return response.status;
}

interface Learner {
  readonly userId: string;
  readonly customerId: string;
}

/** A second billing with an empty database that hears of the same Stripe, to be told a story in another order. */
async function someOther() {
  const postgres = await testDatabase('subscription');
  const database = connectSubscription(postgres.url);
  const { clock, resources } = billing;
  const contextOf = (viewer: Viewer | null) =>
    createContext({ database, resources, viewer, now: () => clock.now });
  const route = webhookRoute({
    secrets: [webhookSecret],
    createContext: () => contextOf(null),
    logger: billing.logger,
  });
  const door = await listen({
    port: 0,
    routes: { 'POST /webhooks/stripe': route },
    onError: () => undefined,
  });
  return {
    database,
    door,
    ask: asker<Context>(schema, contextOf),
    contextOf,
    /** Knows the learner as a customer, as after a checkout was started, and nothing more. */
    async adopt(learner: Learner) {
      const { userId, customerId: providerCustomerId } = learner;
      const account = {
        userId,
        providerCustomerId,
        email: 'a@example.com',
        displayName: 'Ada',
        locale: 'en',
      };
      await database.billingAccount.create({ data: { ...account, createdAt: clock.now } });
      for (const { id, providerId } of await billing.database.price.findMany({
        where: { NOT: { providerId: null } },
      })) {
        await database.price.update({ where: { id }, data: { providerId } });
      }
    },
    read: (viewer: Viewer) => readBilling({ ask: asker<Context>(schema, contextOf) }, viewer),
    async stop() {
      await door.stop();
      await database.$disconnect();
    },
  };
}

const other = await someOther();
afterAll(other.stop);

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, index) =>
        permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
      );

let retellings = 0;

/** The same events about a learner, a customer and objects that nobody has heard of yet. */
function retold(viewer: Viewer, events: readonly unknown[]): [Learner, Stripe.Event[], string] {
  retellings += 1;
  const mark = `x${retellings}x`;
  const userId = newId('User');
  const text = JSON.stringify(events)
    .replaceAll(/\b(?:cus|sub|si|in|il|pm|evt)_[A-Za-z0-9]+/g, `$&${mark}`)
    .replaceAll(viewer.id, userId);
  return [{ userId, customerId: /cus_\w+/.exec(text)?.[0] ?? '' }, JSON.parse(text), mark];
}

/** Everything Stripe said of one learner's customer, oldest first. */
async function eventsOf(from: Billing, viewer: Viewer): Promise<Stripe.Event[]> {
  const account = await from.database.billingAccount.findUniqueOrThrow({ where: { userId: viewer.id } });
  const customer = account.providerCustomerId ?? 'none';
  const { data } = await from.stripe.events.list({ limit: 100 });
  return data.filter((event) => JSON.stringify(event.data.object).includes(customer)).toReversed();
}

describe('the webhook door', () => {
  const event = (id: string) =>
    JSON.stringify({
      id,
      object: 'event',
      type: 'ping.pong',
      created: nowSeconds(),
      data: { object: { id: 'x' } },
    });

  it.each<[string, Sending]>([
    ['another secret', { secret: 'whsec_wrong' }],
    ['a signature 301 s old', { age: 301 }],
    ['a signature 310 s ahead', { age: -310 }],
    ['no signature', { header: null }],
    ['an empty signature', { header: '' }],
    ['a signature without a time', { header: 'v1=00' }],
  ])('refuses %s', async (_what, sending) => {
    expect(await send(event('evt_refused'), sending)).toBe(400);
    expect(await billing.database.providerEvent.count({ where: { id: 'evt_refused' } })).toBe(0);
  });

  it('refuses a body that was changed or written anew', async () => {
    const payload = event('evt_changed');
    const header = headerOf(payload, {});
    expect(await send(payload.replace('ping.pong', 'ping.ping'), { header })).toBe(400);
    expect(await send(JSON.stringify(JSON.parse(payload), null, 1), { header })).toBe(400);
    expect(await send(payload, { header })).toBe(200);
  });

  it('accepts a signature up to 300 s old and says yes to types it does not know', async () => {
    expect(await send(event('evt_late'), { age: 295 })).toBe(200);
  });

  it('accepts both secrets while they are rotated', async () => {
    const createContext = () => billing.system();
    const route = webhookRoute({
      secrets: ['whsec_old', 'whsec_new'],
      createContext,
      logger: billing.logger,
    });
    const door = await listen({
      port: 0,
      routes: { 'POST /webhooks/stripe': route },
      onError: () => undefined,
    });
    expect(await send(event('evt_o'), { secret: 'whsec_old' }, door.url)).toBe(200);
    expect(await send(event('evt_n'), { secret: 'whsec_new' }, door.url)).toBe(200);
    expect(await send(event('evt_w'), { secret: 'whsec_other' }, door.url)).toBe(400);
    await door.stop();
  });

  it('asks for the event again while the database is away, and handles it then', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const paid = (await eventsOf(billing, ada)).find(({ type }) => type === 'invoice.paid');
    const again = JSON.stringify({ ...paid, id: 'evt_after_the_outage' });
    const away = connectSubscription('postgresql://nobody@127.0.0.1:9/none');
    const createContext = () => billing.contextOver(away, null);
    const route = webhookRoute({ secrets: [webhookSecret], createContext, logger: billing.logger });
    const door = await listen({
      port: 0,
      routes: { 'POST /webhooks/stripe': route },
      onError: () => undefined,
    });
    expect(await send(again, {}, door.url)).toBe(500);
    await door.stop();
    await away.$disconnect();
    expect(await send(again)).toBe(200);
  });
});

describe('one event', () => {
  it('has one effect, however often and however parallel it comes', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const before = await readBilling(billing, ada);
    const events = await eventsOf(billing, ada);
    for (const event of events) {
      const payload = JSON.stringify(event);
      const statuses = await Promise.all(Array.from({ length: 20 }, () => send(payload)));
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    expect(await readBilling(billing, ada)).toEqual(before);
  });

  it('has one effect when ten first deliveries race', async () => {
    const ada = await billing.someLearner();
    const { result } = await startCheckout(billing, ada, prices.proMonthly);
    await billing.pay(result.url);
    const paid = (await eventsOf(billing, ada)).find(({ type }) => type === 'invoice.paid');
    const [learner, [event]] = retold(ada, [paid]);
    await other.adopt(learner);
    const payload = JSON.stringify(event);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => send(payload, {}, other.door.url)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await other.read({ ...ada, id: learner.userId })).credits.balance).toBe(2_000);
  });
});

describe('the order of events', () => {
  /** What must not depend on the order: everything but the ids that this database made. */
  const comparable = async (viewer: Viewer) => {
    const { subscription, ...rest } = await other.read(viewer);
    const { id: _id, ...fields } = subscription;
    return { ...rest, subscription: fields };
  };

  /** Tells the story in each order to a learner of its own, and gathers how it ends. */
  async function tellInOrders(viewer: Viewer, orders: readonly Stripe.Event[][]) {
    const outcomes = new Set<string>();
    for (const order of orders) {
      const [learner, events, mark] = retold(viewer, order);
      await other.adopt(learner);
      for (const event of events) expect(await send(JSON.stringify(event), {}, other.door.url)).toBe(200);
      const outcome = JSON.stringify(await comparable({ ...viewer, id: learner.userId }));
      outcomes.add(outcome.replaceAll(mark, ''));
    }
    return [...outcomes].map((outcome) => JSON.parse(outcome));
  }

  const lifecycle = [
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'invoice.paid',
  ];
  const cancel = 'mutation { cancelSubscription(atPeriodEnd: false) { __typename } }';

  it('does not matter to the end of a lifecycle: 24 of 24', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    await billing.ask(ada, cancel);
    await billing.delivered();
    const told = (await eventsOf(billing, ada)).filter(({ type }) => lifecycle.includes(type));
    // Stripe's own clock stood still in this test; lived through over minutes, every event has its own second.
    const orders = permutations(told.map((event, index) => ({ ...event, created: event.created + index })));
    const outcomes = await tellInOrders(ada, orders);
    expect(orders).toHaveLength(24);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ subscription: { status: 'CANCELED' }, credits: { balance: 2_000 } });
  }, 120_000);

  it('does not matter within one and the same second either', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const types = [...lifecycle, 'invoice.finalized'];
    const orders = permutations((await eventsOf(billing, ada)).filter(({ type }) => types.includes(type)));
    const outcomes = await tellInOrders(ada, orders);
    expect(orders).toHaveLength(24);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ subscription: { status: 'ACTIVE' }, credits: { balance: 2_000 } });
  }, 120_000);

  it('does not matter to six events of a payment that fails and is made good', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const start = billing.clock.now;
    const [event] = (await eventsOf(billing, ada)).filter(
      ({ type }) => type === 'customer.subscription.updated',
    );
    const [paid] = (await eventsOf(billing, ada)).filter(({ type }) => type === 'invoice.paid');
    if (event?.type !== 'customer.subscription.updated' || paid?.type !== 'invoice.paid')
      throw new Error('No events.');
    const at = (seconds: number) => Math.floor(start.getTime() / 1000) + seconds;
    const report = (id: string, seconds: number, status: string) => ({
      ...event,
      id,
      created: at(seconds),
      data: { object: { ...event.data.object, status } },
    });
    const bill = (id: string, seconds: number, change: object) => ({
      ...paid,
      id,
      type: 'status' in change && change.status === 'paid' ? 'invoice.paid' : 'invoice.payment_failed',
      created: at(seconds),
      data: { object: { ...paid.data.object, ...change } },
    });
    const story = [
      { ...report('evt_1', 1, 'incomplete'), type: 'customer.subscription.created' },
      report('evt_2', 2, 'active'),
      bill('evt_3', 3, { status: 'open', attempt_count: 1 }),
      report('evt_4', 4, 'past_due'),
      bill('evt_5', 5, { status: 'paid', attempt_count: 2 }),
      report('evt_6', 6, 'active'),
    ];
    const orders = permutations(story as Stripe.Event[]).filter((_order, index) => index % 15 === 0);
    const outcomes = await tellInOrders(ada, orders);
    expect(orders).toHaveLength(48);
    expect(outcomes).toHaveLength(1);
    const [outcome] = outcomes;
    const path = outcome.subscription.history.map(
      ({ from, to }: { from: string; to: string }) => `${from}>${to}`,
    );
    expect(path).toEqual(['null>INCOMPLETE', 'INCOMPLETE>ACTIVE', 'ACTIVE>PAST_DUE', 'PAST_DUE>ACTIVE']);
    expect(outcome.invoices.edges[0].node.status).toBe('PAID');
  }, 120_000);

  it('is asked of Stripe when two reports of one second do not tell it', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const { providerId } = await billing.database.userSubscription.findFirstOrThrow({
      where: { userId: ada.id },
    });
    await billing.stripe.subscriptions.update(providerId, { cancel_at_period_end: true });
    await billing.delivered();
    await billing.workOff();
    const last = (await eventsOf(billing, ada)).findLast(
      ({ type }) => type === 'customer.subscription.updated',
    );
    const object = { ...last?.data.object, cancel_at_period_end: false };
    expect(await send(JSON.stringify({ ...last, id: 'evt_zzz', data: { object } }))).toBe(200);
    expect((await readBilling(billing, ada)).subscription.cancelAtPeriodEnd).toBe(false);
    await billing.workOff();
    expect((await readBilling(billing, ada)).subscription.cancelAtPeriodEnd).toBe(true);
  });
});

it('takes a report in without asking Stripe: it answers while Stripe is away', async () => {
  const ada = await someSubscriber(billing, prices.proMonthly);
  const [event] = (await eventsOf(billing, ada)).filter(
    ({ type }) => type === 'customer.subscription.updated',
  );
  const provider = createBillingProvider({
    apiBase: 'http://127.0.0.1:9',
    secretKey: 'sk_test_x',
    timeoutMs: 200,
  });
  const createContext = () => ({ ...billing.system(), provider });
  const route = webhookRoute({ secrets: [webhookSecret], createContext, logger: billing.logger });
  const door = await listen({
    port: 0,
    routes: { 'POST /webhooks/stripe': route },
    onError: () => undefined,
  });
  const times: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const started = performance.now();
    expect(await send(JSON.stringify({ ...event, id: `evt_timed_${index}` }), {}, door.url)).toBe(200);
    times.push(performance.now() - started);
  }
  await door.stop();
  times.sort((a, b) => a - b);
  expect(times[48]).toBeLessThan(500);
});
