import { newId } from '@studymate/contracts';
import type { Card, Deck } from '@studymate/database/study';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { replayCards } from '../review/card-replay.ts';
import { dayOf, type LearnerClock } from '../user/learner-clock.ts';
import type { ImportedReview } from './imported-note.ts';

/** Cards that were made of a note, with the reviews that came along. */
export interface CardsWithHistory {
  readonly cards: readonly Card[];
  readonly reviews: readonly ImportedReview[];
}

/**
 * Puts reviews that were made elsewhere on the log of new cards and replays it, so that the cards go on where they were.
 * They count for statistics and streaks; other domains are not told of them. The owner is to be locked.
 */
export async function writeHistory(
  context: Context,
  notes: readonly CardsWithHistory[],
  { deck, clock }: { readonly deck: Deck; readonly clock: LearnerClock },
): Promise<void> {
  const preset = await context.presets.find(deck.presetId);
  if (!preset) throw new Error(`Deck ${deck.id} has no preset.`);
  const receivedAt = context.now();
  const rows = notes.flatMap(({ cards, reviews }) =>
    reviews.flatMap(({ card: index, id, ...review }) => {
      const card = cards[index];
      if (!card || review.reviewedAt > receivedAt) return [];
      return {
        ...review,
        id: newId('ReviewLog'),
        clientReviewId: `${deck.id} ${id}`,
        userId: deck.ownerId,
        cardId: card.id,
        deckId: deck.id,
        subjectId: deck.subjectId,
        receivedAt,
        studyDay: dayOf(clock, review.reviewedAt),
        presetId: preset.id,
        presetVersion: preset.version,
      };
    }),
  );
  if (rows.length === 0) return;
  const logs = await context.reviews.append(rows);
  await replayCards(context, [...new Set(logs.map(({ cardId }) => cardId))], clock);
  const days = new Set(logs.map(({ studyDay }) => studyDay));
  await recountDays(context, { clock, subjectId: deck.subjectId, days });
}
