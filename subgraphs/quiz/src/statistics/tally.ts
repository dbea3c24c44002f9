import { z } from 'zod';
import { Exact, zero } from '../grading/fraction.ts';

/** What statistics count of one graded attempt; points are decimal digits, so that sums are exact in any order. */
export const attemptTallySchema = z.object({
  points: z.string(),
  /** In the order of the slots; none where attempts do not ask the same number of questions. */
  places: z.array(
    z.object({
      position: z.int(),
      points: z.string(),
      /** What was picked; null for a question without choices. */
      choiceIds: z.array(z.string()).nullable(),
    }),
  ),
});

export type AttemptTally = z.output<typeof attemptTallySchema>;
export type TallyMeasure = 'WHOLE' | 'PLACE' | 'REST';

/** So many attempts more, or fewer, that have so many points. */
export interface ScoreCell {
  readonly position: number;
  readonly measure: TallyMeasure;
  readonly points: string;
  readonly attempts: number;
}

/** So many picks more, or fewer, and the points of the attempts that they belong to. */
export interface ChoiceCell {
  readonly position: number;
  readonly choiceId: string;
  readonly picked: number;
  readonly points: string;
}

export interface Cells {
  readonly scores: readonly ScoreCell[];
  readonly choices: readonly ChoiceCell[];
}

/** What counting `after` in place of `before` changes: nothing where they agree. */
export function cellsBetween(before: AttemptTally | null, after: AttemptTally | null): Cells {
  const signed = [
    ...(before ? [{ tally: before, sign: -1 }] : []),
    ...(after ? [{ tally: after, sign: 1 }] : []),
  ];
  return {
    scores: sumScores(signed.flatMap(({ tally, sign }) => scoreCells(tally, sign))),
    choices: sumChoices(signed.flatMap(({ tally, sign }) => choiceCells(tally, sign))),
  };
}

function scoreCells({ points, places }: AttemptTally, attempts: number): ScoreCell[] {
  const whole = { position: 0, measure: 'WHOLE', points: new Exact(points).toFixed(), attempts } as const;
  return [
    whole,
    ...places.flatMap((place): ScoreCell[] => {
      const { position } = place;
      const rest = new Exact(points).minus(place.points).toFixed();
      return [
        { position, measure: 'PLACE', points: new Exact(place.points).toFixed(), attempts },
        { position, measure: 'REST', points: rest, attempts },
      ];
    }),
  ];
}

const choiceCells = ({ points, places }: AttemptTally, picked: number): ChoiceCell[] =>
  places.flatMap(({ position, choiceIds }) =>
    (choiceIds ?? []).map((choiceId) => ({
      position,
      choiceId,
      picked,
      points: new Exact(points).times(picked).toFixed(),
    })),
  );

function sumScores(cells: readonly ScoreCell[]): ScoreCell[] {
  const groups = Map.groupBy(cells, ({ position, measure, points }) => `${position} ${measure} ${points}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const attempts = others.reduce((sum, cell) => sum + cell.attempts, first.attempts);
    return attempts === 0 ? [] : [{ ...first, attempts }];
  });
}

function sumChoices(cells: readonly ChoiceCell[]): ChoiceCell[] {
  const groups = Map.groupBy(cells, ({ position, choiceId }) => `${position} ${choiceId}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const picked = group.reduce((sum, cell) => sum + cell.picked, 0);
    const points = group.reduce((sum, cell) => sum.plus(cell.points), zero);
    return !first || (picked === 0 && points.isZero())
      ? []
      : [{ ...first, picked, points: points.toFixed() }];
  });
}
