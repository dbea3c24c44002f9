import { invalidInput } from '@studymate/contracts';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { Exact, roundFraction, zero } from '../grading/fraction.ts';
import type { ContentOf } from '../question/content.ts';
import { bestPoints, pointsOfRubric } from '../question/rubric.ts';
import type { RubricScore } from './rubric-score.ts';

const rubricInput = z.array(
  z.object({
    criterionId: z.string(),
    points: z.number().min(0),
    comment: z
      .string()
      .trim()
      .max(5_000)
      .nullish()
      .transform((comment) => comment || null),
  }),
);

/** The points given, in the order of the rubric; throws VALIDATION unless each criterion has its own, within its bounds. */
export function parseScores(given: unknown, content: ContentOf<'ESSAY'>): RubricScore[] {
  const scores = parseInput(rubricInput, 'rubric', given);
  const byCriterion = new Map(scores.map((score) => [score.criterionId, score]));
  const wanted = content.rubric.flatMap((criterion) => {
    const score = byCriterion.get(criterion.id);
    return score && bestPoints(criterion).greaterThanOrEqualTo(score.points) ? [score] : [];
  });
  if (wanted.length < content.rubric.length || scores.length > wanted.length)
    throw invalidInput(['rubric'], 'rubric: each criterion needs points once, up to those of its best level');
  return wanted;
}

/** Credit of an essay: the points given out of the points possible. */
export function creditOf(scores: readonly RubricScore[], content: ContentOf<'ESSAY'>): Exact {
  const given = scores.reduce((sum, { points }) => sum.plus(points), zero);
  return roundFraction(new Exact(given).dividedBy(pointsOfRubric(content)));
}

/** Whether two gradings give the same points, whatever they say to them. */
export const isSameGrade = (one: readonly RubricScore[], other: readonly RubricScore[]): boolean =>
  one.length === other.length &&
  one.every(({ criterionId, points }) =>
    other.some((score) => score.criterionId === criterionId && score.points === points),
  );
