import type { Card } from '@studymate/database/study';
import { type StudyDay, startOfStudyDay } from '@studymate/runtime';
import type { Context } from '../context.ts';
import type { LearnerClock } from '../user/learner-clock.ts';
import { isDerived, replayLog } from './replay.ts';

/**
 * Makes a card's schedule, and what each of its reviews says of the time before it, the replay of its log.
 * Answers the card and the study days of the reviews that now say something else. The learner is to be locked.
 */
export async function replayCard(
  context: Context,
  cardId: string,
  { timeZone, dayStartMinutes }: LearnerClock,
): Promise<{ card: Card; days: StudyDay[] }> {
  const log = await context.reviews.listLog(cardId);
  const keys = new Map(
    log.map(({ presetId, presetVersion }) => [
      `${presetId} ${presetVersion}`,
      { presetId, version: presetVersion },
    ]),
  );
  const versions = await context.presets.listVersions([...keys.values()]);
  const startOf = (day: StudyDay) => startOfStudyDay(day, timeZone, dayStartMinutes);
  const { memory, presetVersion, leech, derived } = replayLog(log, { cardId, versions, startOf });

  const days: StudyDay[] = [];
  for (const [index, row] of log.entries()) {
    const now = derived[index];
    if (!now || isDerived(row, now)) continue;
    await context.reviews.saveDerived(row.id, now);
    days.push(row.studyDay);
  }
  const card = await context.cards.saveSchedule(cardId, { ...memory, presetVersion, leech });
  return { card, days };
}
