import { BillingDocument, PlansDocument, StartCheckoutDocument } from '@studymate/client';
import { freshKey, type Learner } from './learner.ts';
import { eventually, must, type Narrator, succeeded } from './narrator.ts';

/** Submits the form of the hosted payment page, as a person's browser would. */
export async function payOn(pageUrl: string): Promise<void> {
  const page = await (await fetch(pageUrl)).text();
  const form = /<form([^>]*)>([\s\S]*?)<\/form>/i.exec(page);
  if (!form) throw new Error('the payment page has no form');
  const action = /action="([^"]+)"/.exec(form[1] ?? '')?.[1] ?? pageUrl;
  const fields = [...(form[2] ?? '').matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/gi)];
  const body = new URLSearchParams(
    fields.map(([, name = '', value = '']): [string, string] => [name, value]),
  );
  const response = await fetch(new URL(action, pageUrl), { method: 'POST', body, redirect: 'manual' });
  must(response.status < 400, `the payment page answered ${response.status}`);
}

function inMajorUnits({ amountMinor, currency }: { amountMinor: number; currency: string }): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const readBilling = async (learner: Learner) => (await learner.client.request(BillingDocument, {})).viewer;

/** She has spent welcome credits; she buys a plan, and its credits arrive. */
export async function buyPlan(learner: Learner, narrator: Narrator): Promise<void> {
  const { client } = learner;
  narrator.chapter('A paid plan');
  const before = await narrator.step(
    'sees the credits she has spent',
    async () => {
      const viewer = await readBilling(learner);
      const entries = viewer?.credits?.ledger.edges.map(({ node }) => node) ?? [];
      must(
        entries.some(({ kind }) => kind === 'CAPTURE'),
        'no credits were captured',
      );
      return viewer?.credits;
    },
    (credits) => `${credits?.available} left`,
  );
  const price = await narrator.step(
    'chooses a plan',
    async () => {
      const { plans } = await client.request(PlansDocument, {});
      const priced = plans.flatMap(({ name, prices }) => prices.map((one) => ({ name, ...one })));
      const monthly = priced.find(({ interval, amount }) => interval === 'MONTH' && amount.amountMinor > 0);
      if (!monthly) throw new Error('no plan costs anything');
      return monthly;
    },
    ({ name, amount }) => `${name} for ${inMajorUnits(amount)} a month`,
  );
  await narrator.step('pays on the hosted page', async () => {
    const { startCheckout } = await client.request(StartCheckoutDocument, {
      priceId: price.id,
      idempotencyKey: freshKey(),
    });
    await payOn(succeeded(startCheckout, 'CheckoutSession').url);
  });
  await narrator.step(
    'is a subscriber and has new credits',
    () =>
      eventually('the subscription', async () => {
        const viewer = await readBilling(learner);
        const status = viewer?.subscription?.status;
        const isRicher = (viewer?.credits?.balance ?? 0) > (before?.balance ?? 0);
        return (status === 'ACTIVE' || status === 'TRIALING') && isRicher ? viewer : null;
      }),
    (viewer) => `${viewer.subscription?.plan.name}, ${viewer.credits?.available} credits`,
  );
}
