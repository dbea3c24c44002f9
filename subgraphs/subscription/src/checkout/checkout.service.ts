import { invalidInput, wrongState } from '@studymate/contracts';
import type { Checkout } from '@studymate/database/subscription';
import { isProduction } from '@studymate/runtime';
import { onceByKey, parseInput, requireFreshViewer, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { getBillingAccount, withCustomer } from '../billing-account/billing-account.service.ts';
import type { Context } from '../context.ts';
import { findPack } from '../credit/credit-packs.ts';
import { getPriceOnOffer } from '../plan/plan.service.ts';
import type { OpenPage } from '../provider/provider.ts';
import { hasEnded } from '../subscription/subscription.state.ts';

const keySchema = z.string().min(1).max(200);
const returnUrlSchema = z.url({ protocol: /^https?$/ }).max(2_000);
const portalMs = 5 * 60_000;

export interface PageView {
  readonly __typename: 'CheckoutSession';
  readonly url: string;
  readonly expiresAt: Date;
}

/** Opens the payment page for a first subscription; the same key answers the same page. */
export async function startCheckout(
  context: Context,
  { priceId, idempotencyKey }: { priceId: string; idempotencyKey: string },
): Promise<PageView> {
  const { id: userId } = requireViewer(context);
  const key = parseInput(keySchema, 'idempotencyKey', idempotencyKey);
  const { price, plan } = await getPriceOnOffer(context, priceId);
  await getBillingAccount(context, userId);
  const checkout = await onceByKey(
    context,
    { mutation: 'startCheckout', key, body: { priceId } },
    {
      run: async (inner) => {
        const running = (await inner.subscriptions.listOf(userId)).find((row) => !hasEnded(row));
        if (running)
          throw wrongState('There is a subscription already; change its plan.', running.status, [
            'NONE',
            'CANCELED',
          ]);
        return inner.checkouts.create({ userId, priceId });
      },
      replay: (inner, id) => inner.checkouts.get(id),
    },
  );
  return getPage(context, checkout, async (page) => {
    const isFirst = (await context.subscriptions.listOf(userId)).every(
      ({ trialEndsAt }) => trialEndsAt === null,
    );
    const providerPriceId = await context.provider.ensurePrice(price, plan);
    await context.plans.linkPrice(price.id, providerPriceId);
    const offer = { priceId: providerPriceId, trialDays: isFirst ? plan.trialDays : 0 };
    return context.provider.openSubscriptionPage(page, offer);
  });
}

/** Opens the payment page for a pack of credits; the same key answers the same page. */
export async function buyCredits(
  context: Context,
  input: { pack: string; idempotencyKey: string },
): Promise<PageView> {
  const { id: userId } = requireViewer(context);
  const key = parseInput(keySchema, 'idempotencyKey', input.idempotencyKey);
  const pack = findPack(input.pack);
  if (!pack) throw invalidInput(['pack'], 'pack: is not on offer', 'known');
  await getBillingAccount(context, userId);
  const checkout = await onceByKey(
    context,
    { mutation: 'buyCredits', key, body: { pack: pack.code } },
    {
      run: (inner) => inner.checkouts.create({ userId, pack: pack.code }),
      replay: (inner, id) => inner.checkouts.get(id),
    },
  );
  return getPage(context, checkout, (page) => context.provider.openCreditPage(page, pack));
}

type Opened = { url: string; expiresAt: Date } | 'unknown-customer';

/**
 * The page of a checkout, made at Stripe when it is not there yet. Stripe is asked outside of any transaction, under
 * a key of the checkout: who repeats a call that broke off gets the same page.
 */
async function getPage(
  context: Context,
  checkout: Checkout,
  open: (page: OpenPage) => Promise<Opened>,
): Promise<PageView> {
  const { id, userId, url, expiresAt } = checkout;
  if (url !== null && expiresAt !== null) return { __typename: 'CheckoutSession', url, expiresAt };
  const account = await getBillingAccount(context, userId);
  const { returnUrl } = context;
  const page = await withCustomer(context, account, (customerId) =>
    open({ key: `checkout:${id}:${customerId}`, customerId, userId, returnUrl }),
  );
  await context.checkouts.setPage(id, page);
  return { __typename: 'CheckoutSession', ...page };
}

/**
 * Opens Stripe's portal for the viewer, where payment methods are changed: throws STEP_UP_REQUIRED without a fresh proof.
 * In production it returns to StudyMate's own origin only.
 */
export async function openBillingPortal(context: Context, input: { returnUrl: string }): Promise<PageView> {
  const viewer = requireFreshViewer(context);
  const returnUrl = parseInput(returnUrlSchema, 'returnUrl', input.returnUrl);
  if (isProduction() && new URL(returnUrl).origin !== new URL(context.returnUrl).origin) {
    throw invalidInput(['returnUrl'], 'returnUrl: must be a page of StudyMate', 'origin');
  }
  const account = await getBillingAccount(context, viewer.id);
  const { url } = await withCustomer(context, account, (customerId) =>
    context.provider.openPortal(customerId, returnUrl),
  );
  return { __typename: 'CheckoutSession', url, expiresAt: new Date(context.now().getTime() + portalMs) };
}
