import { describe, expect, it } from '@jest/globals';
import { connectSubscription } from '@studymate/database/subscription';
import { asker, countQueries, outboxOf, someKey, someViewer } from '@studymate/testkit';
import {
  prices,
  readBilling,
  readBillings,
  someBilling,
  someSubscriber,
  startCheckout,
} from '../../tests/some-billing.ts';
import type { Context } from '../context.ts';
import { createBillingProvider } from '../provider/provider.ts';
import { schema } from '../schema.ts';

const billing = await someBilling();

describe('startCheckout', () => {
  it('leads from the payment page to a trial with the credits of the plan', async () => {
    const ada = await billing.someLearner();
    const { result } = await startCheckout(billing, ada, prices.plusMonthly);
    expect(result.url).toMatch(/\/c\/pay\/cs_test_/);
    expect(await billing.pay(result.url)).toBe(303);

    const { subscription, credits, invoices, paymentMethods, entitlements } = await readBilling(billing, ada);
    expect(subscription).toMatchObject({
      status: 'TRIALING',
      plan: { code: 'plus' },
      price: { amount: { amountMinor: 9900, currency: 'KRW' }, interval: 'MONTH' },
      cancelAtPeriodEnd: false,
      pendingChange: null,
      dunning: null,
    });
    const trialMs = new Date(subscription.trialEndsAt).getTime() - new Date(subscription.startedAt).getTime();
    expect(trialMs).toBe(7 * 86_400_000);
    expect(credits).toMatchObject({ balance: 550, reserved: 0, available: 550 });
    expect(invoices.edges).toHaveLength(1);
    expect(invoices.edges[0].node).toMatchObject({
      status: 'PAID',
      total: { amountMinor: 0, currency: 'KRW' },
    });
    expect(paymentMethods).toEqual([{ brand: 'visa', last4: '4242', default: true }]);
    const credit = entitlements.find(({ feature }: { feature: string }) => feature === 'ai.credits');
    expect(credit).toMatchObject({ allowed: true, limit: 500, used: 0, remaining: 550, reason: 'TRIAL' });
    expect(subscription.history[0]).toMatchObject({ type: 'customer.subscription.created', from: null });
  });

  it('charges a plan without a trial at once and tells others', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const { subscription, credits, invoices } = await readBilling(billing, ada);
    expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'pro' }, trialEndsAt: null });
    expect(invoices.edges[0].node).toMatchObject({ status: 'PAID', amountPaid: { amountMinor: 19_900 } });
    expect(credits.balance).toBe(2_050);
    const said = await outboxOf(billing.database);
    const changes = said.filter(
      ({ name, payload }) => name.startsWith('billing.subscription') && payload.userId === ada.id,
    );
    expect(changes.at(-1)?.payload).toMatchObject({ planCode: 'pro', status: 'ACTIVE' });
  });

  it('shows the same page for the same key, also to twenty at once', async () => {
    const ada = await billing.someLearner();
    const key = someKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => startCheckout(billing, ada, prices.plusMonthly, key)),
    );
    expect(new Set(answers.map(({ result }) => result.url)).size).toBe(1);
    const { data } = await billing.stripe.checkout.sessions.list({ limit: 100 });
    expect(data.filter(({ client_reference_id }) => client_reference_id === ada.id)).toHaveLength(1);
    const customers = await billing.stripe.customers.list({ email: `${ada.id}@example.com` });
    expect(customers.data).toHaveLength(1);

    const other = await startCheckout(billing, ada, prices.proMonthly, key);
    expect(other.result).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('refuses a second subscription, an unknown price and strangers', async () => {
    const ada = await someSubscriber(billing, prices.plusMonthly);
    const again = await startCheckout(billing, ada, prices.proMonthly);
    expect(again.result).toMatchObject({ code: 'STATE', currentState: 'TRIALING' });
    const unknown = await startCheckout(billing, ada, 'prc_01900000-0000-7000-8000-00000000ffff');
    expect(unknown.result).toMatchObject({ code: 'NOT_FOUND' });
    const mutation = 'mutation { startCheckout(priceId: "x", idempotencyKey: "k") { __typename } }';
    const { errors } = await billing.ask(null, mutation);
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('gives one trial to a person, not one to a subscription', async () => {
    const ada = await someSubscriber(billing, prices.plusMonthly);
    const cancel =
      'mutation { cancelSubscription(atPeriodEnd: false) { ... on UserSubscription { status } } }';
    expect((await billing.ask(ada, cancel)).data.cancelSubscription).toEqual({ status: 'CANCELED' });
    await billing.delivered();
    const { result } = await startCheckout(billing, ada, prices.plusMonthly);
    await billing.pay(result.url);
    expect((await readBilling(billing, ada)).subscription).toMatchObject({
      status: 'ACTIVE',
      trialEndsAt: null,
    });
  });

  it('keeps the page open when the card is declined', async () => {
    const ada = await billing.someLearner();
    const { result } = await startCheckout(billing, ada, prices.proMonthly);
    expect(await billing.pay(result.url, '4000 0000 0000 0002')).toBe(402);
    expect((await readBilling(billing, ada)).subscription).toBeNull();
    expect(await billing.pay(result.url)).toBe(303);
    expect((await readBilling(billing, ada)).subscription.status).toBe('ACTIVE');
  });

  it('makes the customer anew when Stripe no longer knows them', async () => {
    const ada = await billing.someLearner();
    await startCheckout(billing, ada, prices.proMonthly);
    const { providerCustomerId } = await billing.database.billingAccount.findUniqueOrThrow({
      where: { userId: ada.id },
    });
    await billing.stripe.customers.del(providerCustomerId ?? '');
    const { result } = await startCheckout(billing, ada, prices.proMonthly);
    await billing.pay(result.url);
    expect((await readBilling(billing, ada)).subscription.status).toBe('ACTIVE');
  });
});

describe('a Stripe that is away', () => {
  const away = createBillingProvider({
    apiBase: 'http://127.0.0.1:9',
    secretKey: 'sk_test_x',
    timeoutMs: 300,
  });
  const ask = asker<Context>(schema, (viewer) => ({
    ...billing.contextOver(billing.database, viewer),
    provider: away,
  }));

  it('is answered as such, soon without asking it, and reads go on', async () => {
    const ada = await someSubscriber(billing, prices.proMonthly);
    const portal = 'mutation { openBillingPortal(returnUrl: "http://127.0.0.1:4000/") { __typename } }';
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const { errors } = await ask(ada, portal);
      expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    }
    const started = performance.now();
    await ask(ada, portal);
    expect(performance.now() - started).toBeLessThan(100);
    expect((await readBilling({ ask }, ada)).subscription.status).toBe('ACTIVE');
  });
});

describe('buyCredits', () => {
  const buy = `mutation ($pack: String!, $key: String!) { buyCredits(pack: $pack, idempotencyKey: $key) {
    ... on CheckoutSession { url } ... on UserError { code path } } }`;

  it('grants the pack once it is paid', async () => {
    const ada = await billing.someLearner();
    const { data } = await billing.ask(ada, buy, { pack: 'CREDITS_100_KRW', key: someKey() });
    expect((await readBilling(billing, ada)).credits.balance).toBe(50);
    await billing.pay(data.buyCredits.url);
    expect((await readBilling(billing, ada)).credits.balance).toBe(150);
  });

  it('refuses what is not on offer', async () => {
    const { data } = await billing.ask(await billing.someLearner(), buy, {
      pack: 'CREDITS_9',
      key: someKey(),
    });
    expect(data.buyCredits).toEqual({ code: 'VALIDATION', path: ['pack'] });
  });

  it('lists the packs on offer', async () => {
    const packs = '{ creditPacks(currency: "usd") { code credits price { amountMinor currency } } }';
    const { data } = await billing.ask(someViewer(), packs);
    expect(data.creditPacks).toContainEqual({
      code: 'CREDITS_100_USD',
      credits: 100,
      price: { amountMinor: 249, currency: 'USD' },
    });
  });
});

it('reads all of billing of a dozen people with at most 20 statements', async () => {
  const admin = someViewer({ roles: ['ADMIN'] });
  const people = [
    await someSubscriber(billing, prices.proMonthly),
    await someSubscriber(billing, prices.plusMonthly),
  ];
  for (let index = 0; index < 10; index += 1) people.push(await billing.someLearner());
  const [ada] = people;
  const invoice = await billing.database.invoice.findFirstOrThrow({ where: { userId: ada?.id ?? '' } });
  for (let index = 0; index < 8; index += 1) {
    const id = `inv_01900000-0000-7000-8000-00000000000${index}`;
    await billing.database.invoice.create({ data: { ...invoice, id, providerId: id } });
  }

  const { client, sent } = countQueries(connectSubscription(billing.url));
  const counted = asker<Context>(schema, (viewer) => billing.contextOver(client, viewer));
  const all = await readBillings({ ask: counted }, admin, people);
  const firstThree = all.slice(0, 3);
  expect(firstThree.map(({ invoices }) => invoices.edges.length)).toEqual([9, 1, 0]);
  expect(firstThree.map(({ invoices }) => invoices.totalCount)).toEqual([9, 1, 0]);
  expect(firstThree.map(({ credits }) => credits.balance)).toEqual([2_050, 550, 50]);
  expect(firstThree.map(({ credits }) => credits.ledger.edges.length)).toEqual([2, 2, 1]);
  expect(sent.count).toBeLessThanOrEqual(20);
  await client.$disconnect();
});
