import type { Context } from '../context.ts';
import { subscriptionPayload } from '../provider/payloads.ts';
import { applyTruth } from './subscription.sync.ts';

const lateMs = 60 * 60_000;
const batch = 50;

/**
 * Asks Stripe how a subscription is and takes that over, unless a report came in meanwhile: that is newer, and
 * brings its own check when it is in doubt.
 */
export async function reconcileSubscription(context: Context, providerId: string): Promise<void> {
  const before = await context.subscriptions.findByProvider(providerId);
  const truth = await context.provider.findSubscription(providerId);
  if (!truth) return;
  await context.transaction(async (inner) => {
    await inner.providerEvents.lockObject(providerId);
    const now = await inner.subscriptions.findByProvider(providerId);
    if (now?.version === before?.version) await applyTruth(inner, subscriptionPayload.parse(truth));
  });
}

/** Mends what no webhook told of: running subscriptions whose period ended an hour ago. */
export async function reconcileOverdue(context: Context): Promise<void> {
  const before = new Date(context.now().getTime() - lateMs);
  for (const { providerId } of await context.subscriptions.overdue(before, batch)) {
    await reconcileSubscription(context, providerId);
  }
}
