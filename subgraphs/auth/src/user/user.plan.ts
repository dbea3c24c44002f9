import type { EventPayload } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { endSessionsOf } from '../session/session.service.ts';

/** A payment that is late does not take the plan away; giving up on it does. */
const inForce: ReadonlySet<string> = new Set(['ACTIVE', 'TRIALING', 'PAST_DUE']);

/**
 * Keeps the plan in force, which access tokens say: what a caller may ask of the gateway depends on it. When it is lost
 * the user's sessions end, so that tokens that still say it are worth nothing.
 */
export async function keepPlan(
  context: Context,
  { userId, planCode, status }: EventPayload<'billing.subscription.changed'>,
): Promise<void> {
  const before = (await context.users.find(userId))?.planCode ?? null;
  const plan = inForce.has(status) ? planCode : null;
  await context.users.setPlan(userId, plan);
  if (before === null || plan !== null) return;
  await context.revocations.announce(await endSessionsOf(context, userId, { reason: 'PLAN_ENDED' }));
}
