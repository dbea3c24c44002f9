import { Exact, zero } from '../grading/fraction.ts';
import type { ContentOf, Criterion, CriterionLevel } from './content.ts';

const pointsOf = ({ points }: CriterionLevel) => points;

/** The most points that a criterion can earn: those of its best level. */
export const bestPoints = ({ levels }: Criterion): Exact => Exact.max(...levels.map(pointsOf));

/** The most points that an essay can earn. */
export const pointsOfRubric = ({ rubric }: ContentOf<'ESSAY'>): Exact =>
  rubric.reduce((sum, criterion) => sum.plus(bestPoints(criterion)), zero);
