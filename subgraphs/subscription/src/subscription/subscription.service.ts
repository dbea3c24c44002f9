import { wrongState } from '@studymate/contracts';
import type { SubscriptionEvent, SubscriptionStatus } from '@studymate/database/subscription';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import type Stripe from 'stripe';
import { z } from 'zod';
import { canSeeBilling } from '../billing-account/billing-account.policy.ts';
import type { Context } from '../context.ts';
import type { FullPlan } from '../plan/plan.repository.ts';
import { getPlan } from '../plan/plan.service.ts';
import { subscriptionPayload } from '../provider/payloads.ts';
import type { FullSubscription } from './subscription.repository.ts';
import { cancelableStates, keptPriceId } from './subscription.state.ts';
import { applyTruth } from './subscription.sync.ts';

/** Stripe tries a bill, and three times more. */
const maxAttempts = 4;
const reasonSchema = z.string().trim().max(500);

export interface PendingChangeView {
  readonly toPlan: FullPlan;
  readonly effectiveAt: Date;
}

export interface HistoryEntry extends SubscriptionEvent {
  readonly from: SubscriptionStatus | null;
  readonly to: SubscriptionStatus;
}

/** The subscription, or null when it does not exist or is not the viewer's to see. */
export async function findSubscription(context: Context, id: string): Promise<FullSubscription | null> {
  const row = await context.subscriptions.find(id);
  return row && canSeeBilling(context.viewer, row.userId) ? row : null;
}

/** What was reported, in the order in which it happened; `from` is the status before. */
export async function listHistory(
  context: Context,
  { providerId }: FullSubscription,
): Promise<HistoryEntry[]> {
  const events = await context.subscriptions.listEvents(providerId);
  return events.map((event, index) => ({
    ...event,
    from: events[index - 1]?.status ?? null,
    to: event.status,
  }));
}

export async function findPendingChange(
  context: Context,
  row: FullSubscription,
): Promise<PendingChangeView | null> {
  const { keepUntil } = row;
  if (keptPriceId(row, context.now()) === null || keepUntil === null) return null;
  return { toPlan: await getPlan(context, row.price.planId), effectiveAt: keepUntil };
}

/** The collection of the open bill, while a payment is late. */
export async function findDunning(context: Context, { providerId, status }: FullSubscription) {
  if (status !== 'PAST_DUE' && status !== 'UNPAID') return null;
  const [bill] = await context.invoices.listOpen(providerId);
  if (!bill) return null;
  return { attempt: bill.attemptCount, maxAttempts, nextRetryAt: bill.nextAttemptAt };
}

/** The viewer's subscription in one of the states; throws STATE otherwise. */
export async function requireSubscription(
  context: Context,
  states: readonly string[],
): Promise<FullSubscription> {
  const row = await context.subscriptions.findOf(requireViewer(context).id);
  if (!row) throw wrongState('There is no subscription.', 'NONE', states);
  if (!states.includes(row.status)) {
    throw wrongState(`A subscription that is ${row.status} does not allow this.`, row.status, states);
  }
  return row;
}

/** Takes over Stripe's answer to a change. */
export function acceptAnswer(context: Context, answer: Stripe.Subscription): Promise<FullSubscription> {
  const payload = subscriptionPayload.parse(answer);
  return context.transaction(async (inner) => {
    await inner.providerEvents.lockObject(payload.providerId);
    const row = await applyTruth(inner, payload);
    if (!row) throw new Error(`Subscription ${payload.providerId} is not ours.`);
    return row;
  });
}

/** Ends the viewer's subscription with its period, or at once. Canceling again changes nothing. */
export async function cancelSubscription(
  context: Context,
  input: { atPeriodEnd: boolean; reason?: string | null | undefined },
): Promise<FullSubscription> {
  const reason = input.reason ? parseInput(reasonSchema, 'reason', input.reason) : null;
  const row = await requireSubscription(context, cancelableStates);
  if (input.atPeriodEnd && row.cancelAtPeriodEnd) return row;
  const answer = input.atPeriodEnd
    ? await context.provider.setCancelAtPeriodEnd(row.providerId, true, reason)
    : await context.provider.cancelNow(row.providerId, reason);
  return acceptAnswer(context, answer);
}

export async function resumeSubscription(context: Context): Promise<FullSubscription> {
  const row = await requireSubscription(context, cancelableStates);
  if (!row.cancelAtPeriodEnd) {
    throw wrongState('The subscription is not about to end.', row.status, ['CANCEL_AT_PERIOD_END']);
  }
  return acceptAnswer(context, await context.provider.setCancelAtPeriodEnd(row.providerId, false, null));
}
