import { invalidInput, newId, notFound } from '@studymate/contracts';
import type { GoalKind, GoalPeriod } from '@studymate/database/study';
import { addDays, type StudyDay } from '@studymate/runtime';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { getSubject } from '../subject/subject.service.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import { type GoalView, isOver, meetGoals, viewGoals } from './goal-view.ts';

const targetSchema = z.int().min(1).max(100_000);
const maxGoalDays = 3 * 366;

/** The goal, or null when it does not exist or is not the viewer's. */
export async function findGoal(context: Context, id: string): Promise<GoalView | null> {
  const { viewer } = context;
  const goal = await context.goals.find(id);
  if (!viewer || goal?.userId !== viewer.id) return null;
  const [view] = await viewGoals(context, [goal], clockOfViewer(viewer));
  return view ?? null;
}

/** A learner's running goals, or those that have ended; null for anybody else. */
export async function listGoals(
  context: Context,
  clock: LearnerClock,
  active: boolean,
): Promise<GoalView[] | null> {
  if (context.viewer?.id !== clock.userId) return null;
  const today = dayOf(clock, context.now());
  const goals = await context.goals.listOf(clock.userId);
  return viewGoals(
    context,
    goals.filter((goal) => isOver(goal, today) !== active),
    clock,
  );
}

export interface NewGoal {
  readonly kind: GoalKind;
  readonly target: number;
  readonly period: GoalPeriod;
  readonly subjectId?: string | null | undefined;
  readonly endsOn?: StudyDay | null | undefined;
}

function parseEnd({ period, endsOn }: NewGoal, today: StudyDay): StudyDay | null {
  if (!endsOn) {
    if (period !== 'UNTIL_DATE') return null;
    throw invalidInput(['endsOn'], 'endsOn: is wanted for this period', 'required');
  }
  if (endsOn < today) throw invalidInput(['endsOn'], 'endsOn: is in the past', 'range');
  if (endsOn > addDays(today, maxGoalDays))
    throw invalidInput(['endsOn'], 'endsOn: is too far away', 'range');
  return endsOn;
}

/** Sets a goal in place of the one of the same kind, period and subject; the same goal again changes nothing. */
export async function setGoal(context: Context, input: NewGoal): Promise<GoalView> {
  const clock = clockOfViewer(requireViewer(context));
  const now = context.now();
  const startsOn = dayOf(clock, now);
  const target = parseInput(targetSchema, 'target', input.target);
  const endsOn = parseEnd(input, startsOn);
  const subjectId = input.subjectId ? (await getSubject(context, input.subjectId)).id : null;
  const { kind, period } = input;
  const { userId } = clock;

  const id = await context.transaction(async (inner) => {
    await inner.learners.lock(userId);
    const running = (await inner.goals.listRunning(userId)).filter((goal) => !isOver(goal, startsOn));
    const alike = running.filter(
      (goal) => goal.kind === kind && goal.period === period && goal.subjectId === subjectId,
    );
    const same = alike.find((goal) => goal.target === target && goal.endsOn === endsOn);
    if (same) return same.id;
    await inner.goals.end(
      alike.map((goal) => goal.id),
      now,
    );
    const goal = { id: newId('StudyGoal'), userId, subjectId, kind, target, period, startsOn, endsOn };
    await inner.goals.create({ ...goal, createdAt: now });
    await meetGoals(inner, clock);
    return goal.id;
  });
  const view = await findGoal(context, id);
  if (!view) throw notFound('StudyGoal');
  return view;
}
