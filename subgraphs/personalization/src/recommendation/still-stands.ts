import type { Recommendation } from '@studymate/database/personalization';
import type { ScoredReason } from './candidates.ts';
import { parseReasons } from './reason.ts';
import { policyName, type Ranked } from './recommend.ts';

/** How long a recommendation is good for when it is written down. */
export const lifeMs = 12 * 3_600_000;
const leastLifeLeftMs = lifeMs / 2;

/** Contributions drift as time passes; less than a hundredth is nothing to a learner. */
const inHundredths = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 100) : value;

const tell = (reasons: readonly ScoredReason[]): string =>
  JSON.stringify(
    reasons.map(({ code, contribution, skillId, name, amount }) => [
      code,
      contribution,
      skillId,
      name,
      amount,
    ]),
    inHundredths,
  );

/** Whether what was written down before still says what is recommended now, and will for a while. */
export const stillStands = (kept: Recommendation, item: Ranked, at: Date): boolean =>
  kept.rank === item.rank &&
  kept.policy === policyName &&
  kept.estimatedMinutes === item.estimatedMinutes &&
  kept.subjectId === item.subjectId &&
  kept.expiresAt.getTime() - at.getTime() >= leastLifeLeftMs &&
  tell(parseReasons(kept.reasons)) === tell(item.reasons);
