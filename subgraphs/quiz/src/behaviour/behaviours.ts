import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { Exact } from '../grading/fraction.ts';
import { adaptive } from './adaptive.ts';
import type { Behaviour, BehaviourRules } from './behaviour.ts';
import { certaintyBased } from './certainty-based.ts';
import { deferred } from './deferred.ts';
import { immediate } from './immediate.ts';
import { interactive } from './interactive.ts';

export type BehaviourName = Attempt['behaviour'];

const behaviours: Readonly<Record<BehaviourName, Behaviour>> = {
  DEFERRED: deferred,
  IMMEDIATE: immediate,
  INTERACTIVE_MULTIPLE_TRIES: interactive,
  CERTAINTY_BASED: certaintyBased,
  ADAPTIVE: adaptive,
};

type Ruled = Pick<Attempt, 'behaviour' | 'maxTries' | 'tryPenalty'>;

const rulesOf = ({ maxTries, tryPenalty }: Ruled): BehaviourRules => ({
  maxTries,
  tryPenalty: new Exact(tryPenalty.toString()),
});

/** How often an answer of this attempt can be judged while it runs. */
export const triesAllowedIn = (attempt: Ruled): number =>
  behaviours[attempt.behaviour].triesAllowed(rulesOf(attempt));

/** The share of an item's points that its answer of this credit earns. */
export function shareEarned(
  attempt: Ruled,
  item: Pick<AttemptItem, 'response' | 'certainty' | 'tries' | 'isChecked'>,
  fraction: Exact,
): Exact {
  const { response, certainty, tries, isChecked } = item;
  const failedTries = isChecked ? Math.max(0, tries - 1) : tries;
  const answer = { fraction, isAnswered: response !== null, certainty, failedTries };
  return behaviours[attempt.behaviour].shareOf(answer, rulesOf(attempt));
}
