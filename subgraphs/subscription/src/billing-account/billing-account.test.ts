import { describe, expect, it } from '@jest/globals';
import { demoUsers } from '@studymate/contracts';
import { deliver, someViewer } from '@studymate/testkit';
import { readBilling, someBilling } from '../../tests/some-billing.ts';
import { openBillingAccount } from './billing-account.service.ts';
import { seed } from './demo-accounts.seed.ts';

const billing = await someBilling();

describe('a new learner', () => {
  it('has the free plan and 50 credits to try AI with, however often auth says so', async () => {
    const ada = await billing.someLearner();
    const payload = {
      userId: ada.id,
      email: 'ada@example.com',
      displayName: 'Ada L.',
      locale: 'ko-KR',
      timeZone: 'UTC',
      dayStartMinutes: 0,
    };
    for (let again = 0; again < 3; again += 1) {
      await deliver(billing.system(), openBillingAccount, { name: 'auth.user.registered', payload });
    }
    const { subscription, credits, entitlements, invoices, paymentMethods } = await readBilling(billing, ada);
    expect(subscription).toBeNull();
    expect(credits).toMatchObject({ balance: 50, available: 50 });
    expect([invoices.edges, paymentMethods]).toEqual([[], []]);
    const reasons = Object.fromEntries(
      entitlements.map(
        ({ feature, allowed, reason, upgradePlan }: Record<string, { code: string } | null>) => [
          feature,
          [allowed, reason, upgradePlan?.code],
        ],
      ),
    );
    expect(reasons).toEqual({
      'ai.credits': [true, 'CREDITS', 'plus'],
      'quiz.attempts': [true, 'PLAN', 'plus'],
      'storage.bytes': [true, 'PLAN', 'plus'],
      'support.priority': [false, 'NO_PLAN', 'pro'],
    });
  });

  it('that billing has not heard of yet sees an empty account, and can not buy', async () => {
    const stranger = someViewer();
    expect((await readBilling(billing, stranger)).credits.balance).toBe(0);
    const portal = `mutation { openBillingPortal(returnUrl: "http://127.0.0.1:4000/") { ... on NotFoundError { code } } }`;
    expect((await billing.ask(stranger, portal)).data.openBillingPortal).toEqual({ code: 'NOT_FOUND' });
  });
});

describe('openBillingPortal', () => {
  it('is not for a sign-in older than 15 minutes, nor for a program', async () => {
    const ada = await billing.someLearner();
    const minutesAgo = (minutes: number) =>
      new Date(billing.clock.now.getTime() - minutes * 60_000).toISOString();
    const portal = 'mutation { openBillingPortal(returnUrl: "http://127.0.0.1:4000/") { __typename } }';
    const { provenAt: _provenAt, ...program } = ada;
    for (const viewer of [{ ...ada, provenAt: minutesAgo(16) }, program]) {
      expect((await billing.ask(viewer, portal)).errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
    }
    const fresh = { ...ada, provenAt: minutesAgo(14) };
    expect((await billing.ask(fresh, portal)).data.openBillingPortal.__typename).toBe('CheckoutSession');
  });

  const open = `mutation ($returnUrl: URL!) { openBillingPortal(returnUrl: $returnUrl) {
    ... on CheckoutSession { url } ... on UserError { code path } } }`;

  it('leads to a page of Stripe that leads back', async () => {
    const ada = await billing.someLearner();
    const { data } = await billing.ask(ada, open, { returnUrl: 'http://127.0.0.1:4000/billing' });
    const page = await (await fetch(data.openBillingPortal.url)).text();
    expect(page).toContain('href="http://127.0.0.1:4000/billing"');
  });

  it('refuses what is no web address', async () => {
    const ada = await billing.someLearner();
    for (const returnUrl of ['javascript:alert(1)', 'ftp://example.com/']) {
      const { data, errors } = await billing.ask(ada, open, { returnUrl });
      expect(data.openBillingPortal?.code ?? errors[0]?.extensions.code).toMatch(/VALIDATION|BAD_USER_INPUT/);
    }
  });
});

it('seeds the demo accounts once', async () => {
  await seed({ databaseUrl: billing.url });
  await seed({ databaseUrl: billing.url });
  for (const { id } of demoUsers) {
    const account = await billing.database.creditAccount.findUniqueOrThrow({ where: { userId: id } });
    expect(account).toMatchObject({ balance: 500, reserved: 0 });
  }
});
