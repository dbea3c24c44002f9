import { nextStudyDay, type StudyDay, startOfStudyDay, studyDay } from '@studymate/runtime';

export type IntervalKind = 'FOCUS' | 'PAUSE';

/** A stretch of a study session on the server's clock; open while `endedAt` is null. */
export interface Interval {
  readonly kind: IntervalKind;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

const millisecondsOf = ({ startedAt, endedAt }: Interval, now: Date): number =>
  Math.max(0, (endedAt ?? now).getTime() - startedAt.getTime());

/** Whole seconds of one kind: Σ (end − start), an open interval counted up to `now`. */
export const secondsOf = (kind: IntervalKind, intervals: readonly Interval[], now: Date): number =>
  Math.floor(
    intervals
      .filter((interval) => interval.kind === kind)
      .reduce((sum, interval) => sum + millisecondsOf(interval, now), 0) / 1000,
  );

/** Focus seconds by study day: an interval over the rollover counts on both sides of it. */
export function focusByStudyDay(
  intervals: readonly Interval[],
  zone: { readonly timeZone: string; readonly dayStartMinutes: number },
): Map<StudyDay, number> {
  const milliseconds = new Map<StudyDay, number>();
  for (const { kind, startedAt, endedAt } of intervals) {
    if (kind !== 'FOCUS' || endedAt === null) continue;
    let from = startedAt.getTime();
    let day = studyDay(startedAt, zone.timeZone, zone.dayStartMinutes);
    while (from < endedAt.getTime()) {
      const next = nextStudyDay(day, zone.timeZone);
      const until = Math.min(
        endedAt.getTime(),
        startOfStudyDay(next, zone.timeZone, zone.dayStartMinutes).getTime(),
      );
      milliseconds.set(day, (milliseconds.get(day) ?? 0) + until - from);
      from = until;
      day = next;
    }
  }
  return new Map([...milliseconds].map(([day, sum]) => [day, Math.floor(sum / 1000)]));
}

export interface RunningSession {
  readonly status: 'ACTIVE' | 'PAUSED' | 'COMPLETED' | 'ABANDONED';
  readonly plannedMinutes: number | null;
  readonly lastSeenAt: Date;
}

const minuteMs = 60_000;
export const idleMinutes = 60;
export const longestPauseMinutes = 12 * 60;

/**
 * When a running session counts as abandoned unless the learner is seen again: an hour after the last sign
 * of life (or the planned length plus half an hour, when that is longer), twelve hours when paused.
 * Null when it is over.
 */
export function abandonedAt({ status, plannedMinutes, lastSeenAt }: RunningSession): Date | null {
  if (status !== 'ACTIVE' && status !== 'PAUSED') return null;
  const minutes =
    status === 'PAUSED' ? longestPauseMinutes : Math.max(idleMinutes, (plannedMinutes ?? 0) + 30);
  return new Date(lastSeenAt.getTime() + minutes * minuteMs);
}

/** The intervals as they stand when the session is closed at `instant`: nothing reaches beyond it. */
export const closeIntervals = <I extends Interval>(intervals: readonly I[], instant: Date): I[] =>
  intervals
    .filter(({ startedAt }) => startedAt.getTime() <= instant.getTime())
    .map((interval) => ({
      ...interval,
      endedAt: interval.endedAt && interval.endedAt < instant ? interval.endedAt : instant,
    }));
