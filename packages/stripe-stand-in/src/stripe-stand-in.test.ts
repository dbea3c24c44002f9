import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { type StripeStandIn, startStripeStandIn } from './index.ts';

const webhookSecret = 'whsec_test';
const clock = { now: new Date('2027-01-31T10:00:00Z') };
const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

const sdk = (standIn: StripeStandIn, key = 'sk_test_1') =>
  new Stripe(key, {
    host: '127.0.0.1',
    port: new URL(standIn.url).port,
    protocol: 'http',
    maxNetworkRetries: 0,
  });

async function open(options: { dataFile?: string; webhookUrl?: string } = {}) {
  const standIn = await startStripeStandIn({
    port: 0,
    webhookUrl: options.webhookUrl ?? null,
    webhookSecret,
    now: () => clock.now,
    firstRetryMs: 20,
    ...(options.dataFile ? { dataFile: options.dataFile } : {}),
  });
  opened.push(standIn.stop);
  return { standIn, stripe: sdk(standIn) };
}

const { standIn, stripe } = await open();

async function someOffer(amount = 10_000, interval: 'month' | 'year' = 'month') {
  const price = await stripe.prices.create({
    currency: 'krw',
    unit_amount: amount,
    recurring: { interval },
    product_data: { name: 'Plus' },
  });
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  return { price, customer };
}

async function someSubscriber(amount = 10_000) {
  const { price, customer } = await someOffer(amount);
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    default_payment_method: card.id,
  });
  return { price, customer, subscription };
}

const passTo = async (instant: string) => {
  clock.now = new Date(instant);
  await standIn.tick();
};
const pay = (url: string, card?: string) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(card ? { card } : {}), redirect: 'manual' });
const typesOf = async (from = stripe) =>
  (await from.events.list({ limit: 100 })).data.map(({ type }) => type);
const periodEnd = ({ items }: Stripe.Subscription) =>
  new Date((items.data[0]?.current_period_end ?? 0) * 1000).toISOString();

beforeEach(() => {
  clock.now = new Date('2027-01-31T10:00:00Z');
});

describe('the API', () => {
  it('answers an idempotency key with what it answered before, and refuses it for anything else', async () => {
    const idempotencyKey = 'once';
    const first = await stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey });
    const second = await stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey });
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    const other = stripe.customers.create({ email: 'b@example.com' }, { idempotencyKey });
    await expect(other).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  it('refuses as Stripe does', async () => {
    await expect(stripe.customers.retrieve('cus_none')).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      code: 'resource_missing',
      statusCode: 404,
    });
    await expect(stripe.customers.create({ surprise: 1 } as never)).rejects.toMatchObject({
      code: 'parameter_unknown',
      param: 'surprise',
    });
    await expect(stripe.prices.create({ unit_amount: 5 } as never)).rejects.toMatchObject({
      code: 'parameter_missing',
      param: 'currency',
    });
    await expect(sdk(standIn, 'pk_live_no').customers.list()).rejects.toBeInstanceOf(
      Stripe.errors.StripeAuthenticationError,
    );
    const { customer } = await someOffer();
    await expect(
      stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }),
    ).rejects.toMatchObject({
      type: 'StripeCardError',
      decline_code: 'generic_decline',
    });
  });

  it('lists newest first in pages that the SDK walks through', async () => {
    const own = await open();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.unshift((await own.stripe.customers.create()).id);
    const walked: string[] = [];
    for await (const { id } of own.stripe.customers.list({ limit: 2 })) walked.push(id);
    expect(walked).toEqual(made);
  });

  it('expands what is asked for', async () => {
    const { subscription } = await someSubscriber();
    const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id, {
      expand: ['latest_invoice'],
    });
    expect(latest_invoice).toMatchObject({ object: 'invoice', status: 'paid', amount_paid: 10_000 });
  });
});

describe('checkout', () => {
  const addresses = {
    success_url: 'http://127.0.0.1:9/ok?id={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/no',
  };

  it('shows an accessible page, and paying it starts the subscription', async () => {
    const { price, customer } = await someOffer();
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      subscription_data: { trial_period_days: 7, metadata: { user: 'u1' } },
      ...addresses,
    });
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).toContain('<label for="card">');
    expect(page).toContain('₩10,000 per month');
    const paid = await pay(session.url ?? '');
    expect([paid.status, paid.headers.get('location')]).toEqual([
      303,
      `http://127.0.0.1:9/ok?id=${session.id}`,
    ]);
    const done = await stripe.checkout.sessions.retrieve(session.id);
    expect(done).toMatchObject({ status: 'complete', payment_status: 'no_payment_required', url: null });
    const subscription = await stripe.subscriptions.retrieve(String(done.subscription));
    expect(subscription).toMatchObject({ status: 'trialing', metadata: { user: 'u1' } });
    expect((await pay(session.url ?? '')).status).toBe(400);
  });

  it('keeps the page open after a declined card and sells one-time things', async () => {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          price_data: { currency: 'usd', unit_amount: 249, product_data: { name: '<b>100</b> credits' } },
          quantity: 2,
        },
      ],
      customer_email: 'new@example.com',
      ...addresses,
    });
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).toContain('&lt;b&gt;100&lt;/b&gt; credits');
    const declined = await pay(session.url ?? '', '4000 0000 0000 0002');
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');
    expect((await pay(session.url ?? '', '1234')).status).toBe(400);
    await pay(session.url ?? '');
    const done = await stripe.checkout.sessions.retrieve(session.id);
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      amount_total: 498,
      subscription: null,
    });
  });

  it('lets sessions expire after a day', async () => {
    const { price } = await someOffer();
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: price.id }],
      ...addresses,
    });
    await passTo('2027-02-01T10:00:00Z');
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'expired',
      url: null,
    });
    expect(await typesOf()).toContain('checkout.session.expired');
  });
});

describe('a subscription', () => {
  it('renews on the day it began, or the last of a shorter month', async () => {
    const { subscription } = await someSubscriber();
    const ends = [periodEnd(subscription)];
    for (const instant of ['2027-02-28T10:00:00Z', '2027-03-31T10:00:00Z', '2027-04-30T10:00:00Z']) {
      await passTo(instant);
      ends.push(periodEnd(await stripe.subscriptions.retrieve(subscription.id)));
    }
    expect(ends.map((end) => end.slice(0, 10))).toEqual([
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
      '2027-05-31',
    ]);
    const { data } = await stripe.invoices.list({ subscription: subscription.id });
    expect(data.map(({ status, total }) => [status, total])).toEqual(Array(4).fill(['paid', 10_000]));
  });

  it('is past due while its card fails, and ends after four attempts', async () => {
    const { subscription, customer } = await someSubscriber();
    const broken = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: customer.id,
    });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: broken.id });
    await passTo('2027-02-28T10:00:00Z');
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    for (const day of ['2027-03-03', '2027-03-08', '2027-03-15']) await passTo(`${day}T10:00:00Z`);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
    const [last] = (await stripe.invoices.list({ subscription: subscription.id })).data;
    expect(last).toMatchObject({ status: 'void', attempt_count: 4 });
  });

  it('is incomplete without a card that pays, or is refused', async () => {
    const { price, customer } = await someOffer();
    const items = [{ price: price.id }];
    const incomplete = await stripe.subscriptions.create({ customer: customer.id, items });
    expect(incomplete.status).toBe('incomplete');
    const refused = stripe.subscriptions.create({
      customer: customer.id,
      items,
      payment_behavior: 'error_if_incomplete',
    });
    await expect(refused).rejects.toBeInstanceOf(Stripe.errors.StripeCardError);
    await passTo('2027-02-01T10:00:00Z');
    expect((await stripe.subscriptions.retrieve(incomplete.id)).status).toBe('incomplete_expired');
  });

  it('charges a change of price by the second, exactly as previewed', async () => {
    const { subscription } = await someSubscriber(10_000);
    const { price: dearer } = await someOffer(20_000);
    await passTo('2027-02-14T10:00:00Z');
    const items = [{ id: subscription.items.data[0]?.id ?? '', price: dearer.id }];
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items, proration_behavior: 'always_invoice' },
    });
    expect(preview.lines.data.map(({ amount }) => amount)).toEqual([-5_000, 10_000]);
    const changed = await stripe.subscriptions.update(subscription.id, {
      items,
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    expect(changed.latest_invoice).toMatchObject({ amount_paid: preview.amount_due, total: 5_000 });
    await passTo('2027-02-28T10:00:00Z');
    expect((await stripe.invoices.list({ subscription: subscription.id })).data[0]).toMatchObject({
      total: 20_000,
    });
  });

  it('carries a credit over to the next bill', async () => {
    const { subscription } = await someSubscriber(20_000);
    const { price: cheaper } = await someOffer(10_000);
    await passTo('2027-02-14T10:00:00Z');
    const items = [{ id: subscription.items.data[0]?.id ?? '', price: cheaper.id }];
    await stripe.subscriptions.update(subscription.id, { items, proration_behavior: 'always_invoice' });
    await passTo('2027-02-28T10:00:00Z');
    expect((await stripe.invoices.list({ subscription: subscription.id })).data[0]).toMatchObject({
      total: 10_000,
      amount_paid: 5_000,
    });
  });

  it('ends with its period or at once', async () => {
    const { subscription } = await someSubscriber();
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await passTo('2027-02-28T10:00:00Z');
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
    const { subscription: other } = await someSubscriber();
    expect((await stripe.subscriptions.cancel(other.id)).status).toBe('canceled');
    await expect(stripe.subscriptions.update(other.id, { metadata: { a: 'b' } })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

describe('webhooks', () => {
  async function someReceiver(refusals: number) {
    const received: { event: Stripe.Event; status: number }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const header = request.headers['stripe-signature'] ?? '';
      const event = stripe.webhooks.constructEvent(Buffer.concat(chunks), header, webhookSecret);
      const status = received.length < refusals ? 503 : 200;
      received.push({ event, status });
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.push(() => new Promise((resolve) => server.close(() => resolve())));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
  }
  const until = async (check: () => boolean) => {
    for (let attempt = 0; attempt < 300 && !check(); attempt += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(check()).toBe(true);
  };

  it('are signed, and sent again until they are accepted', async () => {
    const { url, received } = await someReceiver(2);
    const own = await open({ webhookUrl: url });
    await own.stripe.customers.create({ email: 'hook@example.com' });
    await until(() => received.at(-1)?.status === 200);
    expect(received.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);
    expect(received[0]?.event).toMatchObject({
      type: 'customer.created',
      data: { object: { email: 'hook@example.com' } },
    });
    await until(() => received.length === 3);
    const [event] = (await own.stripe.events.list()).data;
    expect(event?.pending_webhooks).toBe(0);
  });

  it('that were not delivered survive a restart, with everything else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stripe-stand-in-'));
    opened.push(async () => rmSync(directory, { recursive: true }));
    const dataFile = join(directory, 'state.json');
    const before = await open({ dataFile, webhookUrl: 'http://127.0.0.1:9/' });
    const customer = await before.stripe.customers.create(
      { email: 'kept@example.com' },
      { idempotencyKey: 'kept' },
    );
    const price = await before.stripe.prices.create({
      currency: 'krw',
      unit_amount: 5,
      product_data: { name: 'x' },
    });
    await before.standIn.stop();

    const { url, received } = await someReceiver(0);
    const after = await open({ dataFile, webhookUrl: url });
    expect(await after.stripe.customers.retrieve(customer.id)).toMatchObject({ email: 'kept@example.com' });
    expect(String((await after.stripe.prices.retrieve(price.id)).unit_amount_decimal)).toBe('5');
    const replayed = await after.stripe.customers.create(
      { email: 'kept@example.com' },
      { idempotencyKey: 'kept' },
    );
    expect(replayed.id).toBe(customer.id);
    await until(() => received.some(({ event }) => event.type === 'customer.created'));
  });
});

it('has a front page, a portal and invoices for people, and answers nonsense in kind', async () => {
  const { customer, subscription } = await someSubscriber();
  const text = async (path: string) => (await fetch(new URL(path, standIn.url))).text();
  expect(await text('/')).toContain('Checkout sessions');
  const portal = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'http://127.0.0.1:9/',
  });
  expect(await text(portal.url)).toContain('Cancel at the end of the period');
  const [invoice] = (await stripe.invoices.list({ subscription: subscription.id })).data;
  expect(await text(invoice?.hosted_invoice_url ?? '')).toContain('₩10,000');
  expect((await fetch(new URL('/nothing', standIn.url))).status).toBe(404);
  const unknown = await fetch(new URL('/v1/unknown', standIn.url), {
    headers: { authorization: 'Bearer sk_test_1' },
  });
  expect([unknown.status, (await unknown.json()).error.type]).toEqual([404, 'invalid_request_error']);
});
