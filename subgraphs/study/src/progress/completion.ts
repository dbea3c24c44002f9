import type { StudyDay } from '@studymate/runtime';

/** A card is mature from a stability of three weeks on (Anki's convention). */
export const matureStabilityDays = 21;

export type MasteryLevel = 'NOT_STARTED' | 'ATTEMPTED' | 'FAMILIAR' | 'PROFICIENT' | 'MASTERED';

/** Khan Academy's mastery points (0, 0, 50, 80, 100), as a part of one. */
const levelCredits: Readonly<Record<MasteryLevel, number>> = {
  NOT_STARTED: 0,
  ATTEMPTED: 0,
  FAMILIAR: 0.5,
  PROFICIENT: 0.8,
  MASTERED: 1,
};

/** How far a card is learned: stability over three weeks, 1 at most. */
export const cardCredit = (stability: number | null): number =>
  stability === null ? 0 : Math.min(1, stability / matureStabilityDays);

export const skillCredit = (level: MasteryLevel): number => levelCredits[level];

/** Σ credits ÷ number of cards and skills, in [0, 1]; 0 for an empty subject. Monotone in every credit. */
export const completionRate = ({
  credit,
  units,
}: {
  readonly credit: number;
  readonly units: number;
}): number => (units === 0 ? 0 : Math.min(1, Math.max(0, credit / units)));

/** What one study day changed in a subject. */
export interface ProgressDelta {
  readonly day: StudyDay;
  readonly focusSeconds: number;
  readonly credit: number;
  readonly units: number;
}

export interface ProgressPoint {
  readonly date: StudyDay;
  readonly completionRate: number;
  readonly studiedSeconds: number;
}

/** The course of a subject over `days`: running sums of its deltas, read at the end of each day. */
export function progressTrend(deltas: readonly ProgressDelta[], days: readonly StudyDay[]): ProgressPoint[] {
  const ordered = deltas.toSorted((one, other) => (one.day < other.day ? -1 : 1));
  const seconds = new Map<StudyDay, number>();
  for (const { day, focusSeconds } of ordered) seconds.set(day, (seconds.get(day) ?? 0) + focusSeconds);
  let index = 0;
  let credit = 0;
  let units = 0;
  return days.map((date) => {
    for (let delta = ordered[index]; delta && delta.day <= date; delta = ordered[index]) {
      credit += delta.credit;
      units += delta.units;
      index += 1;
    }
    return {
      date,
      completionRate: completionRate({ credit, units }),
      studiedSeconds: seconds.get(date) ?? 0,
    };
  });
}
