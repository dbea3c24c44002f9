import type { Card, PresetVersion, ReviewLog } from '@studymate/database/study';
import { type StudyDay, startOfStudyDay } from '@studymate/runtime';
import type { Context } from '../context.ts';
import type { LearnerClock } from '../user/learner-clock.ts';
import { isDerived, type Replay, replayLog } from './replay.ts';

/** A card after a replay of its log. */
export interface ReplayedCard {
  readonly card: Card;
  /** The study days of the reviews that now say something else. */
  readonly days: readonly StudyDay[];
  /** The log by id, as it says now. */
  readonly log: ReadonlyMap<string, ReviewLog>;
}

async function readVersions(context: Context, rows: readonly ReviewLog[]): Promise<PresetVersion[]> {
  const keys = new Map(
    rows.map(({ presetId, presetVersion }) => [
      `${presetId} ${presetVersion}`,
      { presetId, version: presetVersion },
    ]),
  );
  return context.presets.listVersions([...keys.values()]);
}

/** A log with what its replay says of each review, and the reviews of which that is new. */
function applyReplay(rows: readonly ReviewLog[], { derived }: Replay) {
  const log = rows.map((row, index) => ({ ...row, ...derived[index] }));
  const changed = log.filter((_row, index) => {
    const [before, after] = [rows[index], derived[index]];
    return before !== undefined && after !== undefined && !isDerived(before, after);
  });
  return { log, changed };
}

/**
 * Makes the schedules of cards, and what each of their reviews says of the time before it, the replay of their logs,
 * in as many queries for many cards as for one. The learner is to be locked.
 */
export async function replayCards(
  context: Context,
  cardIds: readonly string[],
  { timeZone, dayStartMinutes }: LearnerClock,
): Promise<ReplayedCard[]> {
  const rows = await context.reviews.listLogs(cardIds);
  const versions = await readVersions(context, rows);
  const startOf = (day: StudyDay) => startOfStudyDay(day, timeZone, dayStartMinutes);
  const logs = Map.groupBy(rows, ({ cardId }) => cardId);
  const replays = cardIds.map((cardId) => {
    const own = logs.get(cardId) ?? [];
    const replay = replayLog(own, { cardId, versions, startOf });
    return { cardId, replay, ...applyReplay(own, replay) };
  });
  await context.reviews.saveDerived(replays.flatMap(({ changed }) => changed));
  const cards = await context.cards.saveSchedules(
    replays.map(({ cardId, replay: { memory, presetVersion, leech } }) => ({
      id: cardId,
      ...memory,
      presetVersion,
      leech,
    })),
  );
  const byId = new Map(cards.map((card) => [card.id, card]));
  return replays.flatMap(({ cardId, log, changed }) => {
    const card = byId.get(cardId);
    if (!card) return [];
    return {
      card,
      days: changed.map(({ studyDay }) => studyDay),
      log: new Map(log.map((row) => [row.id, row])),
    };
  });
}

/** The same for one card. */
export async function replayCard(
  context: Context,
  cardId: string,
  clock: LearnerClock,
): Promise<ReplayedCard> {
  const [replayed] = await replayCards(context, [cardId], clock);
  if (!replayed) throw new Error(`Card ${cardId} is gone.`);
  return replayed;
}
