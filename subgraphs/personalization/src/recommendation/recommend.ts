import {
  type Candidate,
  diagnostics,
  newMaterials,
  prerequisiteGaps,
  reviewsDue,
  type Snapshot,
  weakSkills,
} from './candidates.ts';

/** The rules' name and version, told with every recommendation. */
export const policyName = 'additive-rules/1';

export interface Wishes {
  readonly limit: number;
  /** The whole list takes no longer than this. */
  readonly minutesAvailable: number;
  readonly subjectId: string | null;
  /** `kind:activityId` of what the learner does not want to see for now. */
  readonly unwanted: ReadonlySet<string>;
  /** Opted out: by due date only. */
  readonly dueOnly: boolean;
}

export interface Ranked extends Candidate {
  /** The sum of the reasons' contributions. */
  readonly score: number;
  readonly rank: number;
}

export const keyOf = ({ kind, activityId }: Pick<Candidate, 'kind' | 'activityId'>): string =>
  `${kind}:${activityId}`;

const scoreOf = ({ reasons }: Candidate): number =>
  reasons.reduce((total, { contribution }) => total + contribution, 0);

/** One candidate per activity: the one with the best score. */
function bestPerActivity(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = best.get(candidate.activityId);
    if (!known || scoreOf(candidate) > scoreOf(known)) best.set(candidate.activityId, candidate);
  }
  return [...best.values()];
}

/**
 * What to do next, best first: the same snapshot and wishes always give the same list. Activities are taken in
 * order of score as long as they fit into the minutes that are left.
 */
export function recommend(snapshot: Snapshot, wishes: Wishes): Ranked[] {
  const sources = wishes.dueOnly
    ? [reviewsDue]
    : [prerequisiteGaps, reviewsDue, weakSkills, diagnostics, newMaterials];
  const candidates = bestPerActivity(sources.flatMap((source) => source(snapshot)))
    .filter(({ subjectId }) => wishes.subjectId === null || subjectId === wishes.subjectId)
    .filter((candidate) => !wishes.unwanted.has(keyOf(candidate)))
    .toSorted((a, b) => scoreOf(b) - scoreOf(a) || a.activityId.localeCompare(b.activityId));

  const chosen: Candidate[] = [];
  let minutesLeft = wishes.minutesAvailable;
  for (const candidate of candidates) {
    if (chosen.length === wishes.limit) break;
    if (candidate.estimatedMinutes > minutesLeft) continue;
    minutesLeft -= candidate.estimatedMinutes;
    chosen.push(candidate);
  }
  return chosen.map((candidate, index) => ({ ...candidate, score: scoreOf(candidate), rank: index + 1 }));
}
