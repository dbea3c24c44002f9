import { afterEach, describe, expect, it } from '@jest/globals';
import { newId, newRowId } from '@studymate/contracts';
import { deliver, someViewer } from '@studymate/testkit';
import { prices, readBilling, someBilling, someSubscriber } from '../../tests/some-billing.ts';
import { expireCredits } from '../credit/credit.sweep.ts';
import { grantMonthlyCredits } from '../credit/plan-credits.ts';
import { useEvents } from '../entitlement/entitlement.service.ts';
import { reconcileOverdue } from './subscription.reconcile.ts';

const billing = await someBilling();
afterEach(billing.endAll);
const dayMs = 86_400_000;

const entitlement = async (viewer: Parameters<typeof readBilling>[1], feature: string) => {
  const query = `query ($feature: String!) { entitlement(feature: $feature) {
    feature allowed limit used remaining reason resetsAt upgradePlan { code } } }`;
  return (await billing.ask(viewer, query, { feature })).data.entitlement;
};

const cancel = (viewer: Parameters<typeof readBilling>[1], atPeriodEnd: boolean) =>
  billing.ask(
    viewer,
    `mutation ($end: Boolean!) { cancelSubscription(atPeriodEnd: $end, reason: "Exams are over") {
    ... on UserSubscription { status cancelAtPeriodEnd canceledAt } ... on UserError { code } } }`,
    { end: atPeriodEnd },
  );

const resume = (viewer: Parameters<typeof readBilling>[1]) =>
  billing.ask(
    viewer,
    `mutation { resumeSubscription {
    ... on UserSubscription { status cancelAtPeriodEnd } ... on StateError { code currentState } } }`,
  );

/** Changes the learner's card on the portal page, as they would. */
async function changeCard(viewer: Parameters<typeof readBilling>[1], card: string): Promise<void> {
  const open = `mutation { openBillingPortal(returnUrl: "http://127.0.0.1:4000/me") {
    ... on CheckoutSession { url expiresAt } } }`;
  const proven = { ...viewer, provenAt: billing.clock.now.toISOString() };
  const { url } = (await billing.ask(proven, open)).data.openBillingPortal;
  const response = await fetch(`${url}/card`, {
    method: 'POST',
    body: new URLSearchParams({ card }),
    redirect: 'manual',
  });
  await response.arrayBuffer();
  await billing.delivered();
  await billing.workOff();
}

describe('a subscription over time', () => {
  it('renews with new credits, and the old ones run out', async () => {
    billing.clock.now = new Date('2027-01-31T10:00:00Z');
    const ada = await someSubscriber(billing, prices.proMonthly);
    expect((await readBilling(billing, ada)).subscription.currentPeriodEnd).toBe('2027-02-28T10:00:00.000Z');

    await billing.passTo(new Date('2027-02-28T10:00:00Z'));
    await expireCredits(billing.system());
    const { subscription, credits, invoices } = await readBilling(billing, ada);
    expect(subscription).toMatchObject({ status: 'ACTIVE', currentPeriodEnd: '2027-03-31T10:00:00.000Z' });
    expect(credits.balance).toBe(2_050);
    expect(invoices.totalCount).toBe(2);
    expect(invoices.edges[0].node).toMatchObject({ status: 'PAID', total: { amountMinor: 19_900 } });
  });

  it('becomes a paid one when the trial ends, to the second', async () => {
    billing.clock.now = new Date('2027-05-01T08:00:00Z');
    const ada = await someSubscriber(billing, prices.plusMonthly);
    await billing.passTo(new Date('2027-05-08T07:59:59Z'));
    expect((await readBilling(billing, ada)).subscription.status).toBe('TRIALING');
    await billing.passTo(new Date('2027-05-08T08:00:00Z'));
    await expireCredits(billing.system());
    const { subscription, credits } = await readBilling(billing, ada);
    expect(subscription).toMatchObject({ status: 'ACTIVE', currentPeriodEnd: '2027-06-08T08:00:00.000Z' });
    expect(credits.balance).toBe(550);
  });

  it('has seven days of grace when a payment is late, then stops, and a new card heals it', async () => {
    billing.clock.now = new Date('2027-07-01T00:00:00Z');
    const ada = await someSubscriber(billing, prices.proMonthly);
    await changeCard(ada, '4000 0000 0000 0341');
    await billing.passTo(new Date('2027-08-01T00:00:00Z'));
    const late = await readBilling(billing, ada);
    expect(late.subscription).toMatchObject({
      status: 'PAST_DUE',
      graceEndsAt: '2027-08-08T00:00:00.000Z',
      dunning: { attempt: 1, maxAttempts: 4, nextRetryAt: '2027-08-04T00:00:00.000Z' },
    });
    expect(await entitlement(ada, 'support.priority')).toMatchObject({ allowed: true, reason: 'GRACE' });
    await expireCredits(billing.system());
    expect((await readBilling(billing, ada)).credits.balance).toBe(50);

    await billing.passTo(new Date('2027-08-08T00:00:00Z'));
    expect((await readBilling(billing, ada)).subscription.dunning.attempt).toBe(2);
    expect(await entitlement(ada, 'support.priority')).toMatchObject({
      allowed: false,
      reason: 'PAST_DUE',
      upgradePlan: { code: 'pro' },
    });

    await changeCard(ada, '4242 4242 4242 4242');
    await billing.passTo(new Date('2027-08-13T00:00:00Z'));
    const healed = await readBilling(billing, ada);
    expect(healed.subscription).toMatchObject({ status: 'ACTIVE', graceEndsAt: null, dunning: null });
    expect(healed.credits.balance).toBe(2_050);
    expect(await entitlement(ada, 'support.priority')).toMatchObject({ allowed: true, reason: 'PLAN' });
  });

  it('ends when the payment never comes', async () => {
    billing.clock.now = new Date('2027-10-01T00:00:00Z');
    const ada = await someSubscriber(billing, prices.proMonthly);
    await changeCard(ada, '4000 0000 0000 0341');
    for (const day of ['2027-11-01', '2027-11-04', '2027-11-09', '2027-11-16']) {
      await billing.passTo(new Date(`${day}T00:00:00Z`));
    }
    const { subscription, invoices } = await readBilling(billing, ada);
    expect(subscription.status).toBe('CANCELED');
    expect(invoices.edges[0].node.status).toBe('VOID');
  });

  it('gives a yearly plan its credits month by month', async () => {
    billing.clock.now = new Date('2027-12-31T12:00:00Z');
    const ada = await someSubscriber(billing, prices.proYearly);
    expect((await readBilling(billing, ada)).credits.balance).toBe(2_050);
    for (const month of ['2028-02-10T00:00:00Z', '2028-02-29T12:00:00Z']) {
      billing.clock.now = new Date(month);
      for (let run = 0; run < 3; run += 1) await grantMonthlyCredits(billing.system());
      await expireCredits(billing.system());
      expect((await readBilling(billing, ada)).credits.balance).toBe(2_050);
    }
    const grants = await billing.database.creditGrant.findMany({
      where: { userId: ada.id, source: 'PLAN' },
      orderBy: { expiresAt: 'asc' },
    });
    expect(grants.map(({ expiresAt }) => expiresAt.toISOString().slice(0, 10))).toEqual([
      '2028-01-31',
      '2028-02-29',
      '2028-03-31',
    ]);
  });
});

describe('cancelSubscription', () => {
  it('keeps the plan until the period ends, and can be taken back until then', async () => {
    billing.clock.now = new Date('2028-04-01T00:00:00Z');
    const ada = await someSubscriber(billing, prices.proMonthly);
    expect((await cancel(ada, true)).data.cancelSubscription).toMatchObject({
      status: 'ACTIVE',
      cancelAtPeriodEnd: true,
    });
    expect((await resume(ada)).data.resumeSubscription).toEqual({
      status: 'ACTIVE',
      cancelAtPeriodEnd: false,
    });
    expect((await resume(ada)).data.resumeSubscription).toMatchObject({ code: 'STATE' });

    await cancel(ada, true);
    expect(await entitlement(ada, 'support.priority')).toMatchObject({ allowed: true, reason: 'PLAN' });
    await billing.passTo(new Date('2028-05-01T00:00:00Z'));
    expect((await readBilling(billing, ada)).subscription.status).toBe('CANCELED');
    expect(await entitlement(ada, 'support.priority')).toMatchObject({ allowed: false, reason: 'NO_PLAN' });
    expect((await resume(ada)).data.resumeSubscription).toMatchObject({
      code: 'STATE',
      currentState: 'CANCELED',
    });
  });

  it('answers STATE without a subscription', async () => {
    const ada = await billing.someLearner();
    expect((await cancel(ada, true)).data.cancelSubscription).toEqual({ code: 'STATE' });
  });
});

describe('what is used', () => {
  it('is counted per month of the learner, and starts anew', async () => {
    billing.clock.now = new Date('2029-01-31T06:00:00Z');
    const ada = await billing.someLearner();
    const grade = (gradedAt: string) =>
      deliver(billing.system(), useEvents['quiz.attempt.graded'], {
        id: newRowId(),
        name: 'quiz.attempt.graded',
        payload: {
          attemptId: newId('QuizAttempt'),
          quizId: newId('Quiz'),
          quizTitle: 'Leaves',
          subjectId: newId('Subject'),
          userId: ada.id,
          score: 1,
          maxScore: 1,
          fraction: 1,
          passed: true,
          gradedAt,
          items: [],
        },
      });
    await grade('2029-02-01T00:00:00.000Z');
    await grade('2029-02-28T05:59:59.000Z');
    await grade('2029-02-28T06:00:00.000Z');
    billing.clock.now = new Date('2029-02-10T00:00:00Z');
    expect(await entitlement(ada, 'quiz.attempts')).toEqual({
      feature: 'quiz.attempts',
      allowed: true,
      limit: 100,
      used: 2,
      remaining: 98,
      reason: 'PLAN',
      resetsAt: '2029-02-28T06:00:00.000Z',
      upgradePlan: { code: 'plus' },
    });
    billing.clock.now = new Date('2029-03-01T00:00:00Z');
    expect(await entitlement(ada, 'quiz.attempts')).toMatchObject({ used: 1, remaining: 99 });
  });

  it('of an unknown feature is nothing', async () => {
    const ada = await billing.someLearner();
    expect(await entitlement(ada, 'time.travel')).toMatchObject({
      allowed: false,
      reason: 'NO_PLAN',
      upgradePlan: null,
    });
  });
});

it('mends what no webhook told of', async () => {
  billing.clock.now = new Date('2030-01-01T00:00:00Z');
  const ada = await someSubscriber(billing, prices.proMonthly);
  const { providerId } = await billing.database.userSubscription.findFirstOrThrow({
    where: { userId: ada.id },
  });
  await billing.stripe.subscriptions.cancel(providerId);
  await billing.delivered();
  await billing.database.userSubscription.update({ where: { providerId }, data: { status: 'ACTIVE' } });
  await reconcileOverdue(billing.system());
  expect((await readBilling(billing, ada)).subscription.status).toBe('ACTIVE');
  billing.clock.now = new Date(new Date('2030-02-01T00:00:00Z').getTime() + dayMs);
  await reconcileOverdue(billing.system());
  expect((await readBilling(billing, ada)).subscription.status).toBe('CANCELED');
});

describe('policies', () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on UserSubscription { status } ... on Invoice { number } } }`;

  it('let the owner and billing administrators read, and keep strangers out', async () => {
    billing.clock.now = new Date('2031-01-01T00:00:00Z');
    const ada = await someSubscriber(billing, prices.proMonthly);
    const subscription = await billing.database.userSubscription.findFirstOrThrow({
      where: { userId: ada.id },
    });
    const invoice = await billing.database.invoice.findFirstOrThrow({ where: { userId: ada.id } });
    const r = [
      { __typename: 'UserSubscription', id: subscription.id },
      { __typename: 'Invoice', id: invoice.id },
    ];
    const seen = [{ status: 'ACTIVE' }, { number: invoice.number }];
    expect((await billing.ask(ada, query, { r })).data._entities).toEqual(seen);
    expect((await billing.ask(someViewer({ roles: ['ADMIN'] }), query, { r })).data._entities).toEqual(seen);
    expect((await billing.ask(someViewer(), query, { r })).data._entities).toEqual([null, null]);
    expect((await billing.ask(null, query, { r })).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');

    const of =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { subscription { id } invoices { totalCount } } } }';
    const stranger = await billing.ask(someViewer(), of, { r: [{ __typename: 'User', id: ada.id }] });
    expect(stranger.data._entities).toEqual([{ subscription: null, invoices: null }]);
    expect(stranger.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});
