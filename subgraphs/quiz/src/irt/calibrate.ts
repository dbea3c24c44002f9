import { type ItemParameters, probabilityAt } from './two-parameter.ts';

/** Credit from 0 to 1 that one taker got for each item asked, by the item's index. */
export type TakerResponses = ReadonlyMap<number, number>;

export interface Calibrated extends ItemParameters {
  /** Of the difficulty, from the observed information. */
  readonly standardErrorOfDifficulty: number;
  readonly answers: number;
}

export interface Calibration {
  /** One cycle of the EM algorithm; true once nothing moves any more. */
  step(): boolean;
  result(): Calibrated[];
}

const nodeCount = 31;
const reach = 4;
const newtonSteps = 4;
const close = 0.002;
const mostCycles = 150;
/** Priors that keep items with few answers near the ordinary: ln a ~ N(0, 0.5), b ~ N(0, 2), as BILOG's. */
const logDiscrimination = { mean: 0, variance: 0.5 ** 2 };
const difficultyVariance = 2 ** 2;

const nodes = Array.from({ length: nodeCount }, (_, index) => reach * ((2 * index) / (nodeCount - 1) - 1));
const density = nodes.map((theta) => Math.exp(-(theta ** 2) / 2));
const mass = density.reduce((sum, value) => sum + value, 0);
const weights = density.map((value) => value / mass);

/** What is expected of an item at each node: how many takers were asked, and how much of it they got. */
interface Expected {
  readonly asked: number[];
  readonly right: number[];
}

interface Estimate {
  logA: number;
  b: number;
}

/**
 * Item parameters of the two-parameter model from the answers of many takers whose abilities are standard normal:
 * marginal maximum likelihood by the EM algorithm, Bock & Aitkin (1981), Psychometrika 46, 443–459, with the priors of
 * Mislevy (1986), Psychometrika 51, 177–195. In steps, so that the process can do other work in between.
 */
export function createCalibration(takers: readonly TakerResponses[], itemCount: number): Calibration {
  const estimates: Estimate[] = Array.from({ length: itemCount }, () => ({ logA: 0, b: 0 }));
  let cycles = 0;
  let expected: Expected[] = [];

  return {
    step: () => {
      expected = expect(takers, estimates);
      cycles += 1;
      const moves = estimates.map((estimate, item) => maximise(estimate, expected[item]));
      return Math.max(0, ...moves) < close || cycles >= mostCycles;
    },
    result: () => estimates.map((estimate, item) => describe(estimate, expected[item])),
  };
}

const parametersOf = ({ logA, b }: Estimate): ItemParameters => ({
  discrimination: Math.exp(logA),
  difficulty: b,
});

/** The E step: spreads each taker over the nodes by his posterior, and adds up what he answered there. */
function expect(takers: readonly TakerResponses[], estimates: readonly Estimate[]): Expected[] {
  const curves = estimates.map((estimate) => {
    const right = nodes.map((theta) => probabilityAt(theta, parametersOf(estimate)));
    return { right: right.map(Math.log), wrong: right.map((chance) => Math.log(1 - chance)) };
  });
  const empty = () => nodes.map(() => 0);
  const expected = estimates.map(() => ({ asked: empty(), right: empty() }));
  for (const taker of takers) {
    const logs = weights.map(Math.log);
    for (const [item, credit] of taker) {
      const curve = curves[item];
      if (!curve) continue;
      for (let node = 0; node < nodeCount; node += 1)
        logs[node] = at(logs, node) + credit * at(curve.right, node) + (1 - credit) * at(curve.wrong, node);
    }
    spread(expected, taker, posteriorOf(logs));
  }
  return expected;
}

const at = (values: readonly number[], index: number): number => values[index] ?? 0;

function posteriorOf(logs: readonly number[]): number[] {
  const highest = Math.max(...logs);
  const values = logs.map((log) => Math.exp(log - highest));
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

function spread(expected: readonly Expected[], taker: TakerResponses, posterior: readonly number[]): void {
  for (const [item, credit] of taker) {
    const counts = expected[item];
    if (!counts) continue;
    for (let node = 0; node < nodeCount; node += 1) {
      counts.asked[node] = at(counts.asked, node) + at(posterior, node);
      counts.right[node] = at(counts.right, node) + credit * at(posterior, node);
    }
  }
}

/** The M step of one item, by Fisher scoring on ln a and b; answers how far it moved. */
function maximise(estimate: Estimate, counts: Expected | undefined): number {
  if (!counts) return 0;
  const before = { ...estimate };
  for (let step = 0; step < newtonSteps; step += 1) {
    const { slopeA, slopeB, infoA, infoB, infoAB } = curvature(estimate, counts);
    const determinant = infoA * infoB - infoAB ** 2;
    if (determinant <= 0) break;
    estimate.logA += cut((infoB * slopeA - infoAB * slopeB) / determinant);
    estimate.b += cut((infoA * slopeB - infoAB * slopeA) / determinant);
  }
  return Math.max(Math.abs(estimate.logA - before.logA), Math.abs(estimate.b - before.b));
}

const cut = (change: number) => Math.max(-0.5, Math.min(0.5, change));

function curvature(estimate: Estimate, { asked, right }: Expected) {
  const item = parametersOf(estimate);
  const a = item.discrimination;
  const sums = {
    slopeA: (logDiscrimination.mean - estimate.logA) / logDiscrimination.variance,
    slopeB: -estimate.b / difficultyVariance,
    infoA: 1 / logDiscrimination.variance,
    infoB: 1 / difficultyVariance,
    infoAB: 0,
  };
  for (const [node, theta] of nodes.entries()) {
    const chance = probabilityAt(theta, item);
    const surplus = at(right, node) - at(asked, node) * chance;
    const information = at(asked, node) * chance * (1 - chance);
    const away = theta - item.difficulty;
    sums.slopeA += a * away * surplus;
    sums.slopeB -= a * surplus;
    sums.infoA += (a * away) ** 2 * information;
    sums.infoB += a ** 2 * information;
    sums.infoAB -= a ** 2 * away * information;
  }
  return sums;
}

function describe(estimate: Estimate, counts: Expected | undefined): Calibrated {
  const { infoA, infoB, infoAB } = curvature(estimate, counts ?? { asked: [], right: [] });
  return {
    ...parametersOf(estimate),
    standardErrorOfDifficulty: Math.sqrt(infoA / (infoA * infoB - infoAB ** 2)),
    answers: Math.round((counts?.asked ?? []).reduce((sum, value) => sum + value, 0)),
  };
}
