import { invalidInput, wrongState } from '@studymate/contracts';
import type { StudyDay } from '@studymate/runtime';
import { requireViewer } from '@studymate/subgraph-kit';
import { parseDays } from '../activity/activity.service.ts';
import type { Context } from '../context.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import {
  computeStreak,
  type DayEffort,
  type FreezeRefusal,
  qualifies,
  refuseFreeze,
  type StreakFacts,
  type StreakState,
  stateOfDay,
} from './streak.ts';

/** A learner's streak with the facts it is computed from. */
export interface StreakView extends StreakState {
  readonly facts: StreakFacts;
  readonly efforts: ReadonlyMap<StudyDay, DayEffort>;
  readonly freezesUsed: readonly StudyDay[];
}

async function readStreak(context: Context, clock: LearnerClock): Promise<StreakView> {
  const [efforts, freezesUsed] = await Promise.all([
    context.activity.listEfforts({ userId: clock.userId }),
    context.streaks.listFreezes(clock.userId),
  ]);
  const facts: StreakFacts = {
    qualified: new Set(efforts.filter(qualifies).map(({ day }) => day)),
    frozen: new Set(freezesUsed),
    today: dayOf(clock, context.now()),
    timeZone: clock.timeZone,
    dayStartMinutes: clock.dayStartMinutes,
  };
  return {
    ...computeStreak(facts),
    facts,
    efforts: new Map(efforts.map((effort) => [effort.day, effort])),
    freezesUsed,
  };
}

/** A learner's streak; null for anybody else. */
export const findStreak = async (context: Context, clock: LearnerClock): Promise<StreakView | null> =>
  context.viewer?.id === clock.userId ? readStreak(context, clock) : null;

/** The days of a streak's calendar. */
export const listStreakDays = (
  streak: StreakView,
  range: { readonly from: StudyDay; readonly to: StudyDay },
) =>
  parseDays(range).map((date) => ({
    date,
    state: stateOfDay(date, streak.facts),
    qualifyingSeconds: streak.efforts.get(date)?.focusSeconds ?? 0,
    reviews: streak.efforts.get(date)?.reviews ?? 0,
  }));

const refusals: Readonly<Record<FreezeRefusal, string>> = {
  NO_SUCH_DAY: 'The calendar of your time zone does not have this date.',
  FUTURE: 'This study day has not begun.',
  TOO_OLD: 'Only today and the two study days before can be frozen.',
  QUALIFIED: 'This study day counts already.',
  NO_STREAK: 'There is no streak up to the day before.',
  NONE_LEFT: 'No freeze is left.',
};

/** Freezes a study day for the viewer; freezing it again changes nothing. */
export async function applyStreakFreeze(context: Context, date: StudyDay): Promise<{ streak: StreakView }> {
  const clock = clockOfViewer(requireViewer(context));
  return context.transaction(async (inner) => {
    await inner.learners.lock(clock.userId);
    const { facts } = await readStreak(inner, clock);
    const refusal = refuseFreeze(date, facts);
    if (refusal === 'FUTURE' || refusal === 'TOO_OLD' || refusal === 'NO_SUCH_DAY') {
      throw invalidInput(['date'], refusals[refusal], refusal);
    }
    if (refusal) throw wrongState(refusals[refusal], refusal, ['MISSED', 'TODAY_OPEN']);
    await inner.streaks.freeze(clock.userId, date, inner.now());
    return { streak: await readStreak(inner, clock) };
  });
}

/** The viewer's own streak. */
export const findStreakOfViewer = (context: Context): Promise<StreakView> =>
  readStreak(context, clockOfViewer(requireViewer(context)));
