import type { Context } from './context.ts';

const dayMs = 86_400_000;
const keptAfterEndMs = 7 * dayMs;

/** Deletes what waited in vain: registrations and challenges that ended a week ago. */
export async function deleteStale(context: Context): Promise<void> {
  const before = new Date(context.now().getTime() - keptAfterEndMs);
  await context.registrations.deleteExpired(before);
  await context.challenges.deleteExpired(before);
  await context.passkeyChallenges.deleteExpired(before);
  await context.identities.deleteExpiredSignIns(before);
}
