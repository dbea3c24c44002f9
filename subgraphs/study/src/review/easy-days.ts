import { createHash } from 'node:crypto';
import { addDays, type StudyDay } from '@studymate/runtime';
import { get_fuzz_range } from 'ts-fsrs';

/** A number in [0, 1) that is the same for the same text. */
const drawFrom = (text: string): number =>
  Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 12), 16) / 2 ** 48;

/** 0 is Monday. */
const weekdayOf = (day: StudyDay): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

export interface EasyDayChoice {
  readonly from: StudyDay;
  /** Whole study days, as the algorithm has it. */
  readonly interval: number;
  readonly elapsed: number;
  readonly maximumInterval: number;
  /** The share of reviews that each weekday keeps, Monday first. */
  readonly easyDays: readonly number[];
  /** Makes the choice a function of the card and its review, so that a replay makes the same one. */
  readonly seed: string;
}

/**
 * The interval, moved off a weekday that is meant to be easy: a day of share w keeps w of the cards that fall on it;
 * the others go to the nearest day of a greater share within the range that fuzz may use (`get_fuzz_range` of FSRS),
 * the earlier of two. Where there is none, and for intervals of one or two days, the interval stays.
 */
export function avoidEasyDays(choice: EasyDayChoice): number {
  const { from, interval, easyDays } = choice;
  const shareOf = (days: number) => easyDays[weekdayOf(addDays(from, days))] ?? 1;
  const share = shareOf(interval);
  if (share >= 1 || interval < 3 || drawFrom(choice.seed) < share) return interval;
  const { min_ivl, max_ivl } = get_fuzz_range(interval, choice.elapsed, choice.maximumInterval);
  for (let distance = 1; distance <= max_ivl - min_ivl; distance += 1) {
    for (const days of [interval - distance, interval + distance]) {
      if (days >= min_ivl && days <= max_ivl && shareOf(days) > share) return days;
    }
  }
  return interval;
}
