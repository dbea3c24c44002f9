import { newRowId, rateLimited } from '@studymate/contracts';
import type { PasskeyCeremony, PasskeyChallenge } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { retryAfterSeconds } from '../limit/limiter.ts';

const livesForMs = 5 * 60_000;
/** Enough for a school behind one address; bounds what anybody can make us store. */
const challengesPerNetwork = { limit: 300, windowMs: 60_000 };

export interface PasskeyChallengeView {
  readonly id: string;
  readonly options: unknown;
  readonly expiresAt: Date;
}

/** Each ceremony's challenges are of their own kind, so that one made for one is nothing for the other. */
export const challengeOf = (context: Context, ceremony: PasskeyCeremony, id: string): string =>
  context.tokens.derive(`PASSKEY_${ceremony}`, id);

/** A challenge to be signed once within five minutes; throws RATE_LIMITED. */
export async function createChallenge(
  context: Context,
  bound: Pick<PasskeyChallenge, 'ceremony' | 'userId' | 'label'>,
): Promise<{ row: PasskeyChallenge; challenge: string }> {
  const { limiter, origin, now } = context;
  const permit = await limiter.take(`passkeys:${origin.network}`, challengesPerNetwork, now);
  if (!permit.granted) throw rateLimited(retryAfterSeconds(permit, now));
  const createdAt = now();
  const row = await context.passkeyChallenges.create({
    ...bound,
    id: newRowId(),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + livesForMs),
  });
  return { row, challenge: challengeOf(context, bound.ceremony, row.id) };
}
