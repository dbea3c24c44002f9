import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  distractorStatisticsOfRows,
  slotStatisticsOfRows,
  testStatisticsOfRows,
} from '../../tests/row-statistics.ts';
import { numbersFrom, shuffle } from '../attempt/shuffle.ts';
import { Exact, zero } from '../grading/fraction.ts';
import { slotStatistics as slotStatisticsOf, testStatistics as testStatisticsOf } from './classical.ts';
import { distractorStatistics as distractorStatisticsOf } from './distractors.ts';
import { histogramOf } from './histogram.ts';
import { type AttemptTally, type Cells, cellsBetween } from './tally.ts';

type Rows = readonly (readonly number[])[];

const tallyOf = (row: readonly number[], picks: readonly string[] = []): AttemptTally => ({
  points: row.reduce((sum, points) => sum.plus(points), zero).toFixed(),
  places: row.map((points, index) => ({
    position: index + 1,
    points: String(points),
    choiceIds: picks[index] === undefined ? null : [picks[index]],
  })),
});

/** A table of tallies, to which cells are added as the database adds them. */
function createTable() {
  const scores = new Map<string, Cells['scores'][number]>();
  const choices = new Map<string, Cells['choices'][number]>();
  return {
    add(cells: Cells): void {
      for (const cell of cells.scores) {
        const key = `${cell.position} ${cell.measure} ${cell.points}`;
        const attempts = (scores.get(key)?.attempts ?? 0) + cell.attempts;
        if (attempts === 0) scores.delete(key);
        else scores.set(key, { ...cell, attempts });
      }
      for (const cell of cells.choices) {
        const key = `${cell.position} ${cell.choiceId}`;
        const known = choices.get(key) ?? { picked: 0, points: '0' };
        const points = new Exact(known.points).plus(cell.points).toFixed();
        choices.set(key, { ...cell, picked: known.picked + cell.picked, points });
      }
    },
    totals: () => histogramOf([...scores.values()].filter(({ measure }) => measure === 'WHOLE')),
    slots: (maxScores: readonly number[]) =>
      maxScores.map((maxScore, index) => {
        const here = [...scores.values()].filter(({ position }) => position === index + 1);
        return {
          maxScore: new Exact(maxScore),
          points: histogramOf(here.filter(({ measure }) => measure === 'PLACE')),
          rest: histogramOf(here.filter(({ measure }) => measure === 'REST')),
        };
      }),
    picks: (position: number) =>
      new Map(
        [...choices.values()]
          .filter((cell) => cell.position === position)
          .map(({ choiceId, picked, points }) => [choiceId, { picked, points: new Exact(points) }]),
      ),
  };
}

function tableOf(rows: Rows) {
  const table = createTable();
  for (const row of rows) table.add(cellsBetween(null, tallyOf(row)));
  return table;
}

const testStatistics = (given: Rows) => {
  const table = tableOf(given);
  return testStatisticsOf(table.totals(), table.slots((given[0] ?? []).map(() => 1)));
};

const slotStatistics = (given: Rows, maxScores: readonly number[]) => {
  const table = tableOf(given);
  return slotStatisticsOf(table.totals(), table.slots(maxScores));
};

/**
 * Five learners, three slots of 1, 1 and 2 points. The expected numbers were worked out apart from the code, with
 * exact fractions: totals 4, 3, 2, 1, 0.
 */
const rows = [
  [1, 1, 2],
  [1, 1, 1],
  [1, 0, 1],
  [0, 0, 1],
  [0, 0, 0],
];

describe('test statistics', () => {
  it('agree with a calculation by hand', () => {
    const statistics = testStatistics(rows);
    // V(T) = 2.5; V(x) = 0.3, 0.3, 0.5; alpha = 3/2 (1 − 1.1/2.5) = 0.84
    expect(statistics).toMatchObject({ attempts: 5, meanScore: 2, medianScore: 2 });
    expect(statistics?.standardDeviation).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(statistics?.skewness).toBeCloseTo(0, 12);
    // m2 = 2, m4 = 6.8: k2 = 2.5, k4 = 25/24 (6·6.8 − 12·4) = −7.5, kurtosis = −7.5/6.25
    expect(statistics?.kurtosis).toBeCloseTo(-1.2, 12);
    expect(statistics?.cronbachAlpha).toBeCloseTo(0.84, 12);
    expect(statistics?.errorRatio).toBeCloseTo(0.4, 12);
    expect(statistics?.standardErrorOfMeasurement).toBeCloseTo(0.4 * Math.sqrt(2.5), 12);
  });

  it('know when there is too little to say', () => {
    expect(testStatistics([])).toBeNull();
    expect(testStatistics([[1, 0]])).toMatchObject({
      standardDeviation: 0,
      cronbachAlpha: null,
      skewness: null,
    });
    expect(testStatistics([[1], [0]])).toMatchObject({ cronbachAlpha: null, kurtosis: null });
  });

  it('do not change with the order of attempts', () => {
    const scores = fc.array(fc.tuple(fc.nat(10), fc.nat(10), fc.nat(10)), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(scores, (given) => {
        const there = testStatistics(given);
        const back = testStatistics(given.toReversed());
        for (const [name, value] of Object.entries(there ?? {})) {
          const other = back?.[name as keyof typeof back] ?? null;
          if (value === null) expect(other).toBeNull();
          else expect(Number(other)).toBeCloseTo(Number(value), 6);
        }
      }),
    );
  });
});

describe('slot statistics', () => {
  it('agree with a calculation by hand', () => {
    const [first, , third] = slotStatistics(rows, [1, 1, 2]);
    // C(x1, T) = 0.75, C(x2, T) = 0.75, C(x3, T) = 1; rest of slot 1: 3, 2, 1, 1, 0
    expect(first).toMatchObject({ attempts: 5, facility: 0.6, intendedWeight: 0.25 });
    expect(first?.standardDeviation).toBeCloseTo(Math.sqrt(0.3), 12);
    const roots = Math.sqrt(0.75) * 2 + 1;
    expect(first?.effectiveWeight).toBeCloseTo(Math.sqrt(0.75) / roots, 12);
    expect(third?.effectiveWeight).toBeCloseTo(1 / roots, 12);
    // C(x1, rest) = 0.45, V(rest) = 1.3; both columns are sorted alike, so efficiency is 1
    expect(first?.discriminationIndex).toBeCloseTo(0.45 / Math.sqrt(0.3 * 1.3), 12);
    expect(first?.discriminativeEfficiency).toBeCloseTo(1, 12);
  });

  it('keep weights and indices within their bounds', () => {
    const scores = fc.array(fc.tuple(fc.nat(10), fc.nat(10), fc.nat(10)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(scores, (given) => {
        const slots = slotStatistics(given, [10, 10, 10]);
        for (const { facility, discriminationIndex, discriminativeEfficiency } of slots) {
          expect(facility).toBeGreaterThanOrEqual(0);
          expect(facility).toBeLessThanOrEqual(1);
          if (discriminationIndex !== null)
            expect(Math.abs(discriminationIndex)).toBeLessThanOrEqual(1 + 1e-9);
          if (discriminativeEfficiency !== null)
            expect(discriminativeEfficiency).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('give no effective weight to a slot that works against the rest', () => {
    const [against] = slotStatistics(
      [
        [1, 0],
        [0, 5],
        [0, 6],
      ],
      [1, 10],
    );
    expect(against?.effectiveWeight).toBeNull();
    expect(against?.discriminationIndex).toBeLessThan(0);
  });
});

describe('distractor statistics', () => {
  it('tell who falls for a choice', () => {
    const table = createTable();
    for (const [points, pick] of [
      [4, 'right'],
      [3, 'right'],
      [2, 'lure'],
      [1, 'lure'],
    ] as const)
      table.add(cellsBetween(null, tallyOf([points], [pick])));
    const [right, lure, unused] = distractorStatisticsOf(
      ['right', 'lure', 'unused'],
      table.picks(1),
      table.totals(),
    );
    expect(right).toMatchObject({ chosen: 2, rate: 0.5 });
    expect(right?.pointBiserial).toBeCloseTo(2 / Math.sqrt(5), 12);
    expect(lure?.pointBiserial).toBeCloseTo(-2 / Math.sqrt(5), 12);
    expect(unused).toEqual({ choiceId: 'unused', chosen: 0, rate: 0, pointBiserial: null });
  });
});

/** Equal to nine digits, null to null. */
function expectAlike(one: object, other: object): void {
  const others = new Map(Object.entries(other));
  for (const [name, value] of Object.entries(one)) {
    const compared = others.get(name);
    if (typeof value === 'number') expect(Number(compared)).toBeCloseTo(value, 9);
    else expect(compared).toEqual(value);
  }
}

describe('tallies', () => {
  it('agree with a full recount after 1,000 attempts in random order, regraded and set aside meanwhile', () => {
    const draw = numbersFrom('a thousand attempts');
    const maxScores = [1, 1, 2, 5, 10];
    const someRow = () => maxScores.map((maxScore) => (draw(5) * maxScore) / 4 - (draw(20) === 0 ? 0.1 : 0));
    const somePicks = () => maxScores.map(() => `choice-${draw(4)}`);
    const someAttempt = () => ({ row: someRow(), picks: somePicks() });
    const attempts = Array.from({ length: 1_000 }, () => ({
      counts: Array.from({ length: 1 + draw(3) }, someAttempt),
      isSetAside: draw(10) === 0,
    }));

    const steps = attempts.flatMap(({ counts, isSetAside }, index) =>
      Array.from({ length: counts.length + (isSetAside ? 1 : 0) }, () => index),
    );
    const table = createTable();
    const done = attempts.map(() => 0);
    const counted = attempts.map((): AttemptTally | null => null);
    for (const index of shuffle(steps, 'any order')) {
      const next = attempts[index]?.counts[done[index] ?? 0];
      const after = next ? tallyOf(next.row, next.picks) : null;
      table.add(cellsBetween(counted[index] ?? null, after));
      counted[index] = after;
      done[index] = (done[index] ?? 0) + 1;
    }

    const last = attempts.flatMap(({ counts, isSetAside }) => (isSetAside ? [] : (counts.at(-1) ?? [])));
    const given = last.map(({ row }) => row);
    const totals = given.map((row) => row.reduce((sum, points) => sum + points, 0));
    expectAlike(
      testStatisticsOfRows(given) ?? {},
      testStatisticsOf(table.totals(), table.slots(maxScores)) ?? {},
    );
    for (const [index, slot] of slotStatisticsOfRows(given, maxScores).entries())
      expectAlike(slot, slotStatisticsOf(table.totals(), table.slots(maxScores))[index] ?? {});
    const choiceIds = ['choice-0', 'choice-1', 'choice-2', 'choice-3'];
    const picks = last.map((attempt) => attempt.picks.slice(0, 1));
    const ofRows = distractorStatisticsOfRows(choiceIds, picks, totals);
    for (const [index, choice] of distractorStatisticsOf(choiceIds, table.picks(1), table.totals()).entries())
      expectAlike(ofRows[index] ?? {}, choice);
    const recount = createTable();
    for (const { row, picks: picked } of last) recount.add(cellsBetween(null, tallyOf(row, picked)));
    expect(table.totals()).toEqual(recount.totals());
    expect(table.slots(maxScores)).toEqual(recount.slots(maxScores));
  });

  it('do not change by counting the same attempt again', () => {
    const tally = tallyOf([1, 2], ['a', 'b']);
    expect(cellsBetween(tally, tally)).toEqual({ scores: [], choices: [] });
  });
});
