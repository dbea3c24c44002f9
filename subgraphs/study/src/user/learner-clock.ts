import { type StudyDay, studyDay } from '@studymate/runtime';

/** Whose study days, and how they are told. */
export interface LearnerClock {
  readonly userId: string;
  readonly timeZone: string;
  readonly dayStartMinutes: number;
}

export const clockOfViewer = (viewer: {
  readonly id: string;
  readonly timeZone: string;
  readonly dayStartMinutes: number;
}): LearnerClock => ({
  userId: viewer.id,
  timeZone: viewer.timeZone,
  dayStartMinutes: viewer.dayStartMinutes,
});

/** The learner's study day at an instant. */
export const dayOf = (clock: LearnerClock, instant: Date): StudyDay =>
  studyDay(instant, clock.timeZone, clock.dayStartMinutes);
