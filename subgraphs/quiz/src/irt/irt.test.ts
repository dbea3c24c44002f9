import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { numbersFrom } from '../attempt/shuffle.ts';
import { type Ability, estimateEap, estimateMle } from './ability.ts';
import { createCalibration } from './calibrate.ts';
import { updateElo } from './elo.ts';
import { type Candidate, selectItem } from './select-item.ts';
import { informationAt, probabilityAt } from './two-parameter.ts';

const standardNormal = { mean: 0, standardDeviation: 1 };

/** Uniform and normal numbers that follow from a seed. */
function randomFrom(seed: string) {
  const draw = numbersFrom(seed);
  const uniform = () => (draw(2 ** 31) + 0.5) / 2 ** 31;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal, draw };
}

/** 420 items: ln a ~ N(0.5, 0.4), so a is 1.8 on average, and b ~ N(0, 1), as the learners' abilities. */
function simulatedBank(seed: string): Candidate[] {
  const { normal } = randomFrom(seed);
  return Array.from({ length: 420 }, (_, index) => ({
    id: `item-${String(index).padStart(3, '0')}`,
    skillIds: [`skill-${index % 3}`],
    discrimination: Math.exp(0.5 + 0.4 * normal()),
    difficulty: normal(),
  }));
}

describe('the two-parameter model', () => {
  it('agrees with values worked out by hand', () => {
    const item = { discrimination: 2, difficulty: 0.5 };
    expect(probabilityAt(0.5, item)).toBe(0.5);
    expect(probabilityAt(1, item)).toBeCloseTo(0.7310585786, 10);
    expect(informationAt(0.5, item)).toBe(1);
    expect(informationAt(1, item)).toBeCloseTo(4 * 0.1966119332, 9);
  });
});

describe('ability', () => {
  const items = [-1, 0, 1].map((difficulty) => ({ discrimination: 1, difficulty }));
  const answers = (credits: readonly number[]) =>
    items.map((item, index) => ({ ...item, credit: credits[index] ?? 0 }));

  it('is zero by symmetry, with the error of the information there', () => {
    const mle = estimateMle([
      { discrimination: 1, difficulty: -1, credit: 1 },
      { discrimination: 1, difficulty: 1, credit: 0 },
    ]);
    expect(mle?.theta).toBeCloseTo(0, 8);
    expect(mle?.standardError).toBeCloseTo(1 / Math.sqrt(2 * 0.1966119332), 6);
  });

  it('solves the likelihood equation, Σ a(u − P) = 0', () => {
    const given = answers([1, 1, 0]);
    const theta = estimateMle(given)?.theta ?? Number.NaN;
    const slope = given.reduce((sum, item) => sum + item.credit - probabilityAt(theta, item), 0);
    expect(slope).toBeCloseTo(0, 6);
  });

  it('has no most likely value when all is right or all is wrong, but always an expected one', () => {
    expect(estimateMle(answers([1, 1, 1]))).toBeNull();
    expect(estimateMle(answers([0, 0, 0]))).toBeNull();
    expect(estimateMle([])).toBeNull();
    expect(estimateEap([], standardNormal).theta).toBeCloseTo(0, 10);
    expect(estimateEap([], standardNormal).standardError).toBeCloseTo(1, 4);
    expect(estimateEap(answers([1, 1, 1]), standardNormal).theta).toBeGreaterThan(0.5);
  });

  it('never falls by a right answer nor rises by a wrong one', () => {
    const response = fc.record({
      discrimination: fc.double({ min: 0.3, max: 3, noNaN: true }),
      difficulty: fc.double({ min: -3, max: 3, noNaN: true }),
      credit: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(response, { maxLength: 12 }), response, (given, next) => {
        const before = estimateEap(given, standardNormal).theta;
        const change = estimateEap([...given, next], standardNormal).theta - before;
        expect(next.credit === 1 ? change : -change).toBeGreaterThan(-1e-9);
      }),
    );
  });
});

describe('the next item', () => {
  const bank = simulatedBank('selection');
  const first = () => 0;

  it('is the one that tells most, and with top-k one of the k best', () => {
    const best = selectItem(bank, { ability: 0.4, asked: [], shares: [], topK: 1, draw: first });
    const most = Math.max(...bank.map((item) => informationAt(0.4, item)));
    expect(best && informationAt(0.4, best)).toBe(most);
    const { draw } = randomFrom('exposure');
    const drawn = Array.from({ length: 200 }, () =>
      selectItem(bank, { ability: 0.4, asked: [], shares: [], topK: 5, draw }),
    );
    expect(new Set(drawn.map((item) => item?.id)).size).toBe(5);
  });

  it('keeps to the shares of skills, and does without a skill that has nothing left', () => {
    const shares = [
      { skillId: 'skill-0', share: 0.5 },
      { skillId: 'skill-1', share: 0.3 },
      { skillId: 'skill-2', share: 0.2 },
    ];
    const asked: Candidate[] = [];
    for (let count = 0; count < 20; count += 1) {
      const left = bank.filter((item) => !asked.includes(item));
      const skills = asked.map(({ skillIds }) => skillIds);
      const item = selectItem(left, { ability: 0, asked: skills, shares, topK: 1, draw: first });
      if (item) asked.push(item);
    }
    const counted = shares.map(
      ({ skillId }) => asked.filter(({ skillIds }) => skillIds.includes(skillId)).length,
    );
    expect(counted).toEqual([10, 6, 4]);
    const others = bank.filter(({ skillIds }) => !skillIds.includes('skill-0'));
    expect(selectItem(others, { ability: 0, asked: [], shares, topK: 1, draw: first })?.skillIds).toEqual([
      'skill-1',
    ]);
    expect(selectItem([], { ability: 0, asked: [], shares, topK: 1, draw: first })).toBeNull();
  });
});

/** Tests one simulated learner, and answers the estimates after each item. */
function simulateTest(
  ability: number,
  bank: readonly Candidate[],
  { seed, topK }: { seed: string; topK: number },
) {
  const { uniform, draw } = randomFrom(seed);
  const given: (Candidate & { credit: number })[] = [];
  const left = new Set(bank);
  const estimates: Ability[] = [];
  while (given.length < 20) {
    const theta = estimates.at(-1)?.theta ?? 0;
    const item = selectItem([...left], { ability: theta, asked: [], shares: [], topK, draw });
    if (!item) break;
    left.delete(item);
    given.push({ ...item, credit: uniform() < probabilityAt(ability, item) ? 1 : 0 });
    estimates.push(estimateEap(given, standardNormal));
  }
  return estimates;
}

/** The root mean square error after 5, 10 and 20 items. */
function errorsOf(runs: readonly { ability: number; estimates: readonly Ability[] }[]): number[] {
  return [5, 10, 20].map((items) => {
    const squares = runs.map(({ ability, estimates }) => ((estimates[items - 1]?.theta ?? 9) - ability) ** 2);
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / runs.length);
  });
}

describe('an adaptive test over 420 items', () => {
  const bank = simulatedBank('bank');
  const { normal } = randomFrom('learners');
  const learners = Array.from({ length: 250 }, () => normal());
  const runsWith = (topK: number, count = learners.length) =>
    learners.slice(0, count).map((ability, index) => ({
      ability,
      estimates: simulateTest(ability, bank, { seed: `learner ${index}`, topK }),
    }));
  const print = (name: string, errors: readonly number[]) =>
    console.log(`${name}: RMSE after 5, 10, 20 items ${errors.map((error) => error.toFixed(3)).join(', ')}`);

  it('is off by at most 0.39, 0.28 and 0.18 (RMSE) after 5, 10 and 20 items', () => {
    const runs = runsWith(1);
    const errors = errorsOf(runs);
    print('adaptive', errors);
    expect(errors[0]).toBeLessThanOrEqual(0.39);
    expect(errors[1]).toBeLessThanOrEqual(0.28);
    expect(errors[2]).toBeLessThanOrEqual(0.18);
    const needed = runs
      .map(({ estimates }) => estimates.findIndex(({ standardError }) => standardError < 0.35) + 1)
      .toSorted((one, other) => one - other);
    expect(needed[needed.length >> 1]).toBeLessThanOrEqual(5);
  });

  it('is off by far more with questions drawn at random', () => {
    const errors = errorsOf(runsWith(bank.length, 60));
    print('random', errors);
    expect(errors[2]).toBeGreaterThan(0.3);
  });
});

describe('calibration', () => {
  it('finds the parameters that made the answers', () => {
    const { normal, uniform } = randomFrom('calibration');
    const items = Array.from({ length: 15 }, () => ({
      discrimination: Math.exp(0.3 * normal()),
      difficulty: normal(),
    }));
    const takers = Array.from({ length: 1_500 }, () => {
      const ability = normal();
      return new Map(items.map((item, index) => [index, uniform() < probabilityAt(ability, item) ? 1 : 0]));
    });
    const calibration = createCalibration(takers, items.length);
    while (!calibration.step());
    const found = calibration.result();
    for (const [index, item] of items.entries()) {
      const estimate = found[index];
      expect(estimate?.answers).toBe(1_500);
      const error = estimate?.standardErrorOfDifficulty ?? 0;
      expect(Math.abs((estimate?.difficulty ?? 9) - item.difficulty)).toBeLessThan(Math.max(0.25, 4 * error));
      expect(Math.abs(Math.log((estimate?.discrimination ?? 9) / item.discrimination))).toBeLessThan(0.35);
    }
  });
});

describe('Elo', () => {
  it('finds the difficulty of a question from learners who are known', () => {
    const { normal, uniform } = randomFrom('elo');
    let question = { value: 0, answers: 0 };
    for (let count = 0; count < 3_000; count += 1) {
      const ability = normal();
      const credit = uniform() < probabilityAt(ability, { discrimination: 1, difficulty: 1.2 }) ? 1 : 0;
      const learner = { value: ability, answers: 1_000 };
      const rated = { ...question, discrimination: 1, difficulty: question.value };
      const { difficulty } = updateElo({ learner, question: rated }, credit);
      question = { value: difficulty, answers: question.answers + 1 };
    }
    expect(question.value).toBeGreaterThan(0.9);
    expect(question.value).toBeLessThan(1.5);
  });

  it('moves both sides against each other, and settled estimates less', () => {
    const question = { value: 0, answers: 0, discrimination: 1, difficulty: 0 };
    const right = updateElo({ learner: { value: 0, answers: 0 }, question }, 1);
    expect(right).toEqual({ ability: 0.2, difficulty: -0.2 });
    const settled = updateElo({ learner: { value: 0, answers: 500 }, question }, 1);
    expect(settled.ability).toBeLessThan(right.ability);
  });
});
