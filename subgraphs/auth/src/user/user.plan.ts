import type { EventPayload } from '@studymate/contracts';
import type { Context } from '../context.ts';

/** A payment that is late does not take the plan away; giving up on it does. */
const inForce: ReadonlySet<string> = new Set(['ACTIVE', 'TRIALING', 'PAST_DUE']);

/** Keeps the plan in force, which access tokens say: what a caller may ask of the gateway depends on it. */
export const keepPlan = (
  context: Context,
  { userId, planCode, status }: EventPayload<'billing.subscription.changed'>,
): Promise<void> => context.users.setPlan(userId, inForce.has(status) ? planCode : null);
