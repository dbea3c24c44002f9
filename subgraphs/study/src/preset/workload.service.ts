import { setImmediate } from 'node:timers/promises';
import type { SchedulerPreset } from '@studymate/database/study';
import { addDays, daysBetween, type StudyDay } from '@studymate/runtime';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { readPace } from '../review/queue.service.ts';
import { algorithmOf } from '../review/schedule.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import { findPreset } from './preset.service.ts';
import { type SimulatedCard, simulate, type WorkloadRules } from './workload.ts';

const maxCards = 1_000;
const paceDays = 30;

const inputSchema = z.object({
  presetId: z.string(),
  desiredRetention: z.array(z.number().min(0.7).max(0.97)).min(1).max(8),
  days: z.int().min(1).max(730).default(365),
  seed: z.int().default(1),
});

type CardRow = Awaited<ReturnType<Context['workload']['sampleCards']>>[number];

function toSimulated({ stability, difficulty, lastStudyDay, due }: CardRow, today: StudyDay): SimulatedCard {
  const elapsedDays = lastStudyDay === null ? 0 : Math.max(0, daysBetween(lastStudyDay, today));
  const dueInDays = due === null ? 0 : daysBetween(today, due.toISOString().slice(0, 10));
  return { stability, difficulty, elapsedDays, dueInDays };
}

/** How the learner grades, by the last reviews; Good where there are none. */
async function readGrades(context: Context, { userId }: LearnerClock, today: StudyDay) {
  const rows = await context.workload.countGrades(userId, addDays(today, -paceDays));
  const countOf = (isFirst: boolean, grade: string) =>
    rows.find((row) => row.isFirst === isFirst && row.grade === grade)?.count ?? 0;
  return {
    firstGrades: {
      AGAIN: countOf(true, 'AGAIN'),
      HARD: countOf(true, 'HARD'),
      GOOD: countOf(true, 'GOOD') + 1,
      EASY: countOf(true, 'EASY'),
    },
    recalledGrades: {
      HARD: countOf(false, 'HARD'),
      GOOD: countOf(false, 'GOOD') + 1,
      EASY: countOf(false, 'EASY'),
    },
  };
}

/** A sample of the preset's cards as they stand, and the share of all that it is. */
async function readSample(context: Context, preset: SchedulerPreset, today: StudyDay) {
  const rows = await context.workload.sampleCards(preset.id, maxCards);
  const total = await context.workload.countCards(preset.id);
  return {
    cards: rows.map((row) => toSimulated(row, today)),
    share: total === 0 ? 1 : rows.length / total,
  };
}

export interface WorkloadInput {
  readonly presetId: string;
  readonly desiredRetention: readonly number[];
  readonly days?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * What each wanted retention would cost and bring on the preset's cards (a sample of them when there are many, with
 * limits and figures scaled); null when the preset is not the viewer's.
 */
export async function simulateWorkload(context: Context, input: WorkloadInput) {
  const clock = clockOfViewer(requireViewer(context));
  const { presetId, desiredRetention, days, seed } = parseInput(inputSchema, 'input', input);
  const preset = await findPreset(context, presetId);
  if (!preset) return null;
  const today = dayOf(clock, context.now());
  const { cards, share } = await readSample(context, preset, today);
  const grades = await readGrades(context, clock, today);
  const secondsPerReview = await readPace(context, clock, today);
  const rules: WorkloadRules = {
    ...grades,
    parameters: preset.parameters,
    days,
    seed,
    newPerDay: preset.newPerDay * share,
    reviewsPerDay: Math.ceil(preset.reviewsPerDay * share),
  };
  const points = [];
  for (const retention of desiredRetention) {
    // Each takes some tens of milliseconds: others are let in between.
    await setImmediate();
    const algorithm = algorithmOf({ ...preset, desiredRetention: retention, fuzz: false });
    const { reviews, remembered } = simulate(cards, rules, algorithm);
    const reviewsPerDay = reviews / share / days;
    points.push({
      desiredRetention: retention,
      reviewsPerDay,
      minutesPerDay: (reviewsPerDay * secondsPerReview) / 60,
      rememberedAtEnd: remembered / share,
    });
  }
  return { points, minimumRecommendedRetention: findCheapest(points) };
}

/** The retention with the fewest minutes for each card remembered; of equals the lower. */
function findCheapest(
  points: readonly { desiredRetention: number; minutesPerDay: number; rememberedAtEnd: number }[],
): number {
  const costOf = (point: (typeof points)[number]) =>
    point.rememberedAtEnd === 0 ? Number.POSITIVE_INFINITY : point.minutesPerDay / point.rememberedAtEnd;
  const [cheapest] = points.toSorted(
    (one, other) => costOf(one) - costOf(other) || one.desiredRetention - other.desiredRetention,
  );
  return cheapest?.desiredRetention ?? Number.NaN;
}
