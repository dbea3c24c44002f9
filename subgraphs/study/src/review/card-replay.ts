import type { Card, ReviewLog } from '@studymate/database/study';
import { type StudyDay, startOfStudyDay } from '@studymate/runtime';
import type { Context } from '../context.ts';
import type { LearnerClock } from '../user/learner-clock.ts';
import { isDerived, replayLog } from './replay.ts';

/** A card after a replay of its log. */
export interface ReplayedCard {
  readonly card: Card;
  /** The study days of the reviews that now say something else. */
  readonly days: readonly StudyDay[];
  /** The log by id, as it says now. */
  readonly log: ReadonlyMap<string, ReviewLog>;
}

/**
 * Makes a card's schedule, and what each of its reviews says of the time before it, the replay of its log.
 * The learner is to be locked.
 */
export async function replayCard(
  context: Context,
  cardId: string,
  { timeZone, dayStartMinutes }: LearnerClock,
): Promise<ReplayedCard> {
  const rows = await context.reviews.listLog(cardId);
  const keys = new Map(
    rows.map(({ presetId, presetVersion }) => [
      `${presetId} ${presetVersion}`,
      { presetId, version: presetVersion },
    ]),
  );
  const versions = await context.presets.listVersions([...keys.values()]);
  const startOf = (day: StudyDay) => startOfStudyDay(day, timeZone, dayStartMinutes);
  const { memory, presetVersion, leech, derived } = replayLog(rows, { cardId, versions, startOf });

  const log = rows.map((row, index) => ({ ...row, ...derived[index] }));
  const changed = log.filter((_row, index) => {
    const [before, after] = [rows[index], derived[index]];
    return before !== undefined && after !== undefined && !isDerived(before, after);
  });
  await context.reviews.saveDerived(changed);
  const card = await context.cards.saveSchedule(cardId, { ...memory, presetVersion, leech });
  return {
    card,
    days: changed.map(({ studyDay }) => studyDay),
    log: new Map(log.map((row) => [row.id, row])),
  };
}
