import type { Price } from '@studymate/database/subscription';
import type { Context } from '../context.ts';
import type { FullPlan } from '../plan/plan.repository.ts';
import { type EventOrder, isAfter } from '../provider/event-order.ts';
import type { SubscriptionPayload } from '../provider/payloads.ts';
import { metadataNames } from '../provider/provider.ts';
import type { FullSubscription } from './subscription.repository.ts';
import { keptPriceId } from './subscription.state.ts';

/** Whose object of Stripe's this is: by its customer, else by the id we put into its metadata; null for a stranger's. */
export async function findOwner(
  context: Context,
  { customerId, metadata }: { customerId: string; metadata: Readonly<Record<string, string>> },
): Promise<string | null> {
  const account = await context.accounts.findByCustomer(customerId);
  if (account) return account.userId;
  const named = metadata[metadataNames.userId];
  const known = named === undefined ? null : await context.accounts.find(named);
  return known?.userId ?? null;
}

/** How what Stripe reported went in. `tied`: within the same second, so Stripe must be asked which came last. */
export type Applied = 'applied' | 'older' | 'tied' | 'foreign';

/**
 * Takes over a reported subscription unless a newer report came before. The result depends only on which reports
 * have come, not on their order. Needs the object's lock.
 */
export async function applyReport(
  context: Context,
  payload: SubscriptionPayload,
  order: EventOrder,
): Promise<Applied> {
  const existing = await context.subscriptions.findByProvider(payload.providerId);
  const seen = existing && { created: existing.watermark, tie: existing.watermarkTie };
  const isTied = seen !== null && seen.created === order.created && seen.tie !== order.tie;
  if (seen && !isAfter(order, seen)) return isTied ? 'tied' : 'older';

  const row = await write(context, payload, { existing, order });
  if (!row) return 'foreign';
  return isTied ? 'tied' : 'applied';
}

/** Takes over the subscription as Stripe answered it just now; the watermark of reports stays. */
export async function applyTruth(
  context: Context,
  payload: SubscriptionPayload,
): Promise<FullSubscription | null> {
  const existing = await context.subscriptions.findByProvider(payload.providerId);
  return write(context, payload, { existing, order: null });
}

async function write(
  context: Context,
  payload: SubscriptionPayload,
  { existing, order }: { existing: FullSubscription | null; order: EventOrder | null },
): Promise<FullSubscription | null> {
  const userId = existing?.userId ?? (await findOwner(context, payload));
  const price = await findPrice(context, payload);
  if (userId === null || !price) return null;

  const watermark = order ? { watermark: order.created, watermarkTie: order.tie } : {};
  const fields = { ...fieldsOf(payload), priceId: price.id, ...watermark };
  const row = existing
    ? await context.subscriptions.update(existing.id, fields)
    : await context.subscriptions.create({ watermark: 0, watermarkTie: '', ...fields, userId });
  await announce(context, existing, row);
  return row;
}

async function findPrice(context: Context, payload: SubscriptionPayload): Promise<Price | null> {
  const { lookupKey, providerPriceId: providerId } = payload;
  const price = await context.plans.findProviderPrice({ lookupKey, providerId });
  if (price && price.providerId === null) await context.plans.linkPrice(price.id, providerId);
  return price;
}

const fieldsOf = (payload: SubscriptionPayload) => {
  const keepUntil = Number(payload.metadata[metadataNames.keepUntil]);
  const keepPriceId = payload.metadata[metadataNames.keepPrice] ?? null;
  return {
    providerId: payload.providerId,
    providerItemId: payload.providerItemId,
    status: payload.status,
    startedAt: payload.startedAt,
    currentPeriodStart: payload.currentPeriodStart,
    currentPeriodEnd: payload.currentPeriodEnd,
    trialEndsAt: payload.trialEndsAt,
    cancelAtPeriodEnd: payload.cancelAtPeriodEnd,
    canceledAt: payload.canceledAt,
    endedAt: payload.endedAt,
    defaultPaymentMethodId: payload.defaultPaymentMethodId,
    keepPriceId,
    keepUntil: keepPriceId !== null && keepUntil > 0 ? new Date(keepUntil * 1000) : null,
  };
};

/** The plan that is in force now. */
export async function getPlanInForce(context: Context, row: FullSubscription): Promise<FullPlan> {
  const kept = keptPriceId(row, context.now());
  const price = kept === null ? row.price : ((await context.plans.findPrice(kept)) ?? row.price);
  const plan = await context.plans.find(price.planId);
  if (!plan) throw new Error(`Price ${price.id} has no plan.`);
  return plan;
}

async function announce(
  context: Context,
  before: FullSubscription | null,
  after: FullSubscription,
): Promise<void> {
  const isSame =
    before !== null &&
    before.status === after.status &&
    before.priceId === after.priceId &&
    before.cancelAtPeriodEnd === after.cancelAtPeriodEnd &&
    before.currentPeriodEnd.getTime() === after.currentPeriodEnd.getTime();
  if (isSame) return;
  const plan = await getPlanInForce(context, after);
  await context.events.publish('billing.subscription.changed', {
    userId: after.userId,
    subscriptionId: after.id,
    planCode: plan.code,
    planName: plan.name,
    status: after.status,
    currentPeriodEnd: after.currentPeriodEnd.toISOString(),
  });
}
