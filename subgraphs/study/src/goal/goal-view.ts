import type { ActivityDay, GoalKind, StudyGoal } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { dayOf, type LearnerClock } from '../user/learner-clock.ts';
import type { GoalWithMeetings } from './goal.repository.ts';
import { type GoalWindow, goalPace, goalWindow } from './goal-pace.ts';

/** A goal with what is reached of it in the window that counts now. */
export interface GoalView extends StudyGoal {
  readonly current: number;
  readonly fraction: number;
  readonly onTrack: boolean;
  readonly metAt: Date | null;
}

/** Whether a goal no longer counts on a study day. */
export const isOver = ({ endsOn, endedAt }: StudyGoal, today: StudyDay): boolean =>
  endedAt !== null || (endsOn !== null && endsOn < today);

const figures = {
  MINUTES: 'focusSeconds',
  REVIEWS: 'reviews',
  NEW_CARDS: 'newCards',
  QUIZZES: 'quizzes',
  MASTERED_SKILLS: 'masteredSkills',
} as const satisfies Record<GoalKind, keyof ActivityDay>;

function countIn(goal: StudyGoal, window: GoalWindow, rows: readonly ActivityDay[]): number {
  const total = rows
    .filter(({ subjectId }) => goal.subjectId === null || goal.subjectId === subjectId)
    .filter(({ studyDay }) => studyDay >= window.from && studyDay <= window.to)
    .reduce((sum, row) => sum + row[figures[goal.kind]], 0);
  return goal.kind === 'MINUTES' ? Math.floor(total / 60) : total;
}

/** The window that counts now, or the last one when the goal is over. */
function windowOf(goal: StudyGoal, clock: LearnerClock, now: Date): GoalWindow {
  const today = dayOf(clock, now);
  return goalWindow(goal, goal.endsOn !== null && goal.endsOn < today ? goal.endsOn : today);
}

/** The goals of one learner with their pace, from one read of the learner's figures. */
export async function viewGoals(
  context: Context,
  goals: readonly GoalWithMeetings[],
  clock: LearnerClock,
): Promise<GoalView[]> {
  const now = context.now();
  const windows = goals.map((goal) => windowOf(goal, clock, now));
  const [from] = windows.map((window) => window.from).toSorted();
  if (from === undefined) return [];
  const rows = await context.activity.listRows(clock.userId, from);
  return goals.map((goal, index) => {
    const window = windows[index] ?? windowOf(goal, clock, now);
    const current = countIn(goal, window, rows);
    const meeting = goal.meetings.find(({ windowStart }) => windowStart === window.from);
    const pace = goalPace({ current, target: goal.target }, window, { now, ...clock });
    return { ...goal, current, ...pace, metAt: meeting?.metAt ?? null };
  });
}

/** Notes which of a learner's running goals have just been met, each once a window, and tells the world. */
export async function meetGoals(context: Context, clock: LearnerClock): Promise<void> {
  const now = context.now();
  const today = dayOf(clock, now);
  const running = (await context.goals.listRunning(clock.userId)).filter((goal) => !isOver(goal, today));
  for (const goal of await viewGoals(context, running, clock)) {
    if (goal.metAt !== null || goal.current < goal.target) continue;
    await context.goals.meet(goal.id, windowOf(goal, clock, now).from, now);
    await context.events.publish('study.goal.met', {
      goalId: goal.id,
      userId: goal.userId,
      kind: goal.kind,
      target: goal.target,
      metAt: now.toISOString(),
    });
  }
}
