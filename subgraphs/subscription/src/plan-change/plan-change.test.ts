import { afterEach, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { someKey } from '@studymate/testkit';
import { prices, readBilling, someBilling, someSubscriber } from '../../tests/some-billing.ts';

const billing = await someBilling();
afterEach(billing.endAll);

const previewQuery = `mutation ($priceId: ID!) { previewPlanChange(priceId: $priceId) {
  ... on PlanChangePreview { dueNow { amountMinor currency } credit { amountMinor } nextInvoice { amountMinor }
    effectiveAt previewToken expiresAt lines { description amount { amountMinor } proration } }
  ... on UserError { code message path } ... on ValidationError { constraint } } }`;
const changeQuery = `mutation ($priceId: ID!, $token: String!, $key: String!) {
  changePlan(priceId: $priceId, previewToken: $token, idempotencyKey: $key) {
    ... on UserSubscription { status plan { code } price { id } pendingChange { toPlan { code } effectiveAt } }
    ... on UserError { code message path } } }`;

const preview = async (viewer: Viewer, priceId: string) =>
  (await billing.ask(viewer, previewQuery, { priceId })).data.previewPlanChange;

const change = async (viewer: Viewer, priceId: string, token: string, key = someKey()) => {
  const { data } = await billing.ask(viewer, changeQuery, { priceId, token, key });
  await billing.delivered();
  await billing.workOff();
  return data.changePlan;
};

/** A paying Plus learner (past the trial), on the clock given. */
async function somePlusLearner(start: string): Promise<Viewer> {
  billing.clock.now = new Date(start);
  const ada = await someSubscriber(billing, prices.plusMonthly);
  await billing.passTo(new Date(billing.clock.now.getTime() + 7 * 86_400_000));
  return ada;
}

describe('an upgrade', () => {
  it('charges exactly what was previewed, once, and tops the credits up', async () => {
    const ada = await somePlusLearner('2027-03-25T00:00:00Z');
    await billing.passTo(new Date('2027-04-16T00:00:00Z'));
    const quote = await preview(ada, prices.proMonthly);
    // Half of April is left: 9,950 for Pro less 4,950 for Plus.
    expect(quote).toMatchObject({
      dueNow: { amountMinor: 5_000, currency: 'KRW' },
      credit: { amountMinor: 4_950 },
      nextInvoice: { amountMinor: 19_900 },
      effectiveAt: '2027-04-16T00:00:00.000Z',
    });
    expect(quote.lines.map(({ amount }: { amount: { amountMinor: number } }) => amount.amountMinor)).toEqual([
      -4_950, 9_950,
    ]);

    billing.clock.now = new Date('2027-04-16T00:10:00Z');
    const key = someKey();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => change(ada, prices.proMonthly, quote.previewToken, key)),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 'ACTIVE', plan: { code: 'pro' } });

    const { invoices, credits } = await readBilling(billing, ada);
    const charged = invoices.edges.map(
      ({ node }: { node: { total: { amountMinor: number } } }) => node.total.amountMinor,
    );
    expect(charged).toEqual([5_000, 9_900, 0]);
    expect(credits.balance).toBe(2_050 + 500);
    const again = await change(ada, prices.proMonthly, quote.previewToken);
    expect(again).toMatchObject({ code: 'CONFLICT' });
  });

  it('is refused when the subscription has changed since the preview', async () => {
    const ada = await somePlusLearner('2027-06-24T00:00:00Z');
    const first = await preview(ada, prices.proMonthly);
    const second = await preview(ada, prices.proYearly);
    await change(ada, prices.proYearly, second.previewToken);
    expect(await change(ada, prices.proMonthly, first.previewToken)).toMatchObject({
      code: expect.stringMatching(/CONFLICT|VALIDATION/),
    });
    expect((await readBilling(billing, ada)).subscription.price.id).toBe(prices.proYearly);
  });

  it('is refused with a token that expired, is made up, or is another person’s', async () => {
    const ada = await somePlusLearner('2027-08-24T00:00:00Z');
    const quote = await preview(ada, prices.proMonthly);
    const bob = await somePlusLearner('2027-08-24T00:00:00Z');
    expect(await change(bob, prices.proMonthly, quote.previewToken)).toMatchObject({
      code: 'VALIDATION',
      path: ['previewToken'],
    });
    expect(await change(ada, prices.proMonthly, 'made-up')).toMatchObject({ code: 'VALIDATION' });
    expect(await change(ada, prices.proYearly, quote.previewToken)).toMatchObject({ code: 'VALIDATION' });
    billing.clock.now = new Date(new Date(quote.expiresAt).getTime());
    expect(await change(ada, prices.proMonthly, quote.previewToken)).toMatchObject({ code: 'EXPIRED' });
  });

  it('changes nothing when the card is declined', async () => {
    const ada = await somePlusLearner('2027-10-24T00:00:00Z');
    const { providerCustomerId } = await billing.database.billingAccount.findUniqueOrThrow({
      where: { userId: ada.id },
    });
    const broken = await billing.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: providerCustomerId ?? '',
    });
    const { providerId } = await billing.database.userSubscription.findFirstOrThrow({
      where: { userId: ada.id },
    });
    await billing.stripe.subscriptions.update(providerId, { default_payment_method: broken.id });
    const quote = await preview(ada, prices.proMonthly);
    expect(await change(ada, prices.proMonthly, quote.previewToken)).toMatchObject({
      code: 'PAYMENT_REQUIRED',
    });
    expect((await readBilling(billing, ada)).subscription).toMatchObject({
      status: 'ACTIVE',
      plan: { code: 'plus' },
    });
  });
});

describe('a downgrade', () => {
  it('keeps the plan until the period ends and can be taken back', async () => {
    billing.clock.now = new Date('2028-01-01T00:00:00Z');
    const ada = await someSubscriber(billing, prices.proMonthly);
    const quote = await preview(ada, prices.plusMonthly);
    expect(quote).toMatchObject({
      dueNow: { amountMinor: 0 },
      lines: [],
      effectiveAt: '2028-02-01T00:00:00.000Z',
    });
    const pending = { toPlan: { code: 'plus' }, effectiveAt: '2028-02-01T00:00:00.000Z' };
    expect(await change(ada, prices.plusMonthly, quote.previewToken)).toMatchObject({
      status: 'ACTIVE',
      plan: { code: 'pro' },
      pendingChange: pending,
    });
    expect(await preview(ada, prices.proYearly)).toMatchObject({ code: 'STATE' });

    const back = await preview(ada, prices.proMonthly);
    expect(back.dueNow.amountMinor).toBe(0);
    const undone = await change(ada, prices.proMonthly, back.previewToken);
    expect(undone).toMatchObject({ plan: { code: 'pro' }, pendingChange: null });

    const again = await preview(ada, prices.plusMonthly);
    await change(ada, prices.plusMonthly, again.previewToken);
    await billing.passTo(new Date('2028-02-01T00:00:00Z'));
    const { subscription, invoices } = await readBilling(billing, ada);
    expect(subscription).toMatchObject({ plan: { code: 'plus' }, pendingChange: null });
    expect(invoices.edges[0].node.total.amountMinor).toBe(9_900);
  });

  it('keeps currency and interval', async () => {
    billing.clock.now = new Date('2028-03-01T00:00:00Z');
    const ada = await someSubscriber(billing, prices.proYearly);
    expect(await preview(ada, prices.plusMonthly)).toMatchObject({
      code: 'VALIDATION',
      constraint: 'interval',
    });
    expect(await preview(ada, prices.plusMonthlyUsd)).toMatchObject({
      code: 'VALIDATION',
      constraint: 'currency',
    });
    expect(await preview(ada, prices.proYearly)).toMatchObject({
      code: 'VALIDATION',
      constraint: 'different',
    });
  });
});

it('needs a running subscription', async () => {
  const ada = await billing.someLearner();
  expect(await preview(ada, prices.proMonthly)).toMatchObject({ code: 'STATE' });
});
