import type { Exact } from '../grading/fraction.ts';

/** What of an attempt's rules, fixed at its start, a behaviour goes by. */
export interface BehaviourRules {
  readonly maxTries: number;
  /** The share of the points that each failed try costs. */
  readonly tryPenalty: Exact;
}

/** A judged answer, as far as its worth depends on it. */
export interface JudgedAnswer {
  /** Credit of the answer itself, between 0 and 1. */
  readonly fraction: Exact;
  readonly isAnswered: boolean;
  readonly certainty: 'LOW' | 'MEDIUM' | 'HIGH' | null;
  /** How many tries were judged before this answer was given. */
  readonly failedTries: number;
}

/** When answers are judged, and what a judgement earns. Pure: the same answer always earns the same. */
export interface Behaviour {
  /** How often a learner may have an answer judged while the attempt runs; 0 for not before its end. */
  readonly triesAllowed: (rules: BehaviourRules) => number;
  /** The share of the points that the answer earns; below 0 where being wrong costs. */
  readonly shareOf: (answer: JudgedAnswer, rules: BehaviourRules) => Exact;
}
