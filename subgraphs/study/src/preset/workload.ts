import type { FSRS } from 'ts-fsrs';
import { forgetting_curve } from 'ts-fsrs';
import type { ReviewGrade } from '../review/schedule.ts';

/** A card as the simulation takes it up; a new one has no stability. */
export interface SimulatedCard {
  readonly stability: number | null;
  readonly difficulty: number | null;
  /** Days since the last review. */
  readonly elapsedDays: number;
  /** Days until it is due; negative when overdue. */
  readonly dueInDays: number;
}

export interface WorkloadRules {
  readonly parameters: readonly number[];
  readonly days: number;
  readonly newPerDay: number;
  readonly reviewsPerDay: number;
  readonly seed: number;
  /** How often each grade is given, to a new card and to one that is recalled; need not add up to 1. */
  readonly firstGrades: Readonly<Record<ReviewGrade, number>>;
  readonly recalledGrades: Readonly<Record<Exclude<ReviewGrade, 'AGAIN'>, number>>;
}

export interface Workload {
  readonly reviews: number;
  /** Σ R(t, S) over the cards on the last day. */
  readonly remembered: number;
}

/** Mulberry32 (T. Ettinger): numbers in [0, 1) from a 32-bit seed. */
function createDraw(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const again = 1;
const good = 3;

/** 1 to 4, as often as the shares say. */
function drawGrade(shares: readonly number[], draw: number): 1 | 2 | 3 | 4 {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let rest = draw * total;
  for (const [index, share] of shares.entries()) {
    rest -= share;
    if (rest < 0) return (index + 1) as 1 | 2 | 3 | 4;
  }
  return good;
}

interface Learned {
  stability: number;
  difficulty: number;
  last: number;
  due: number;
}

/**
 * Studies the cards day by day: those due first, as many as a day allows, then new ones. A card is recalled with the
 * probability R(t, S) that FSRS gives it, moves on by `next_state`, and after Again is relearned with one Good on the
 * same day. A pure function: the same cards, rules and seed give the same workload.
 */
export function simulate(cards: readonly SimulatedCard[], rules: WorkloadRules, algorithm: FSRS): Workload {
  const { parameters } = rules;
  const draw = createDraw(rules.seed);
  const first = [
    rules.firstGrades.AGAIN,
    rules.firstGrades.HARD,
    rules.firstGrades.GOOD,
    rules.firstGrades.EASY,
  ];
  const recalled = [0, rules.recalledGrades.HARD, rules.recalledGrades.GOOD, rules.recalledGrades.EASY];
  const learned: Learned[] = [];
  let fresh = 0;
  for (const { stability, difficulty, elapsedDays, dueInDays } of cards) {
    if (stability === null || difficulty === null) fresh += 1;
    else learned.push({ stability, difficulty, last: -elapsedDays, due: dueInDays });
  }
  let reviews = 0;
  let allowance = 0;

  const review = (card: Learned | null, day: number): Learned => {
    const elapsed = card ? day - card.last : 0;
    const recall = card ? draw() < forgetting_curve(parameters, elapsed, card.stability) : true;
    const grade = recall ? drawGrade(card ? recalled : first, draw()) : again;
    reviews += 1;
    let memory = algorithm.next_state(card, elapsed, grade);
    if (grade === again) {
      reviews += 1;
      memory = algorithm.next_state(memory, 0, good);
    }
    return { ...memory, last: day, due: day + algorithm.next_interval(memory.stability, elapsed) };
  };

  for (let day = 0; day < rules.days; day += 1) {
    let left = rules.reviewsPerDay;
    for (const [index, card] of learned.entries()) {
      if (card.due > day || left <= 0) continue;
      learned[index] = review(card, day);
      left -= 1;
    }
    allowance += rules.newPerDay;
    for (; allowance >= 1 && fresh > 0; allowance -= 1, fresh -= 1) learned.push(review(null, day));
    allowance = Math.min(allowance, rules.newPerDay + 1);
  }
  const remembered = learned.reduce(
    (sum, { stability, last }) => sum + forgetting_curve(parameters, rules.days - last, stability),
    0,
  );
  return { reviews, remembered };
}
