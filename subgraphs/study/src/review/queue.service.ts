import type { Card } from '@studymate/database/study';
import { addDays, type StudyDay, startOfStudyDay } from '@studymate/runtime';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import type { QueueRow } from './queue.repository.ts';
import { type DeckAllowance, orderQueue, type QueueReason, type ReviewOrder } from './queue.ts';
import { retrievability } from './schedule.ts';

export interface QueueInput {
  readonly subjectId?: string | null | undefined;
  readonly deckId?: string | null | undefined;
  readonly limit?: number | null | undefined;
  readonly order?: ReviewOrder | null | undefined;
  readonly at?: Date | null | undefined;
}

/** What to review, in order, with the reason for each card. */
export interface ReviewQueueView {
  readonly items: readonly {
    readonly card: Card;
    readonly reason: QueueReason;
    readonly retrievability: number | null;
    readonly position: number;
  }[];
  readonly newRemaining: number;
  readonly learningDue: number;
  readonly reviewDue: number;
  readonly backlogDays: number;
  readonly estimatedSeconds: number;
  readonly generatedAt: Date;
}

const limitSchema = z.int().min(1).max(100);
const paceDays = 30;
const unknownSecondsPerReview = 10;

type QueueDeck = Awaited<ReturnType<Context['decks']['listForQueue']>>[number];

async function readAllowances(
  context: Context,
  decks: readonly QueueDeck[],
  { userId, day }: { readonly userId: string; readonly day: StudyDay },
): Promise<Map<string, DeckAllowance>> {
  const shown = new Map((await context.reviews.countShown(userId, day)).map((row) => [row.deckId, row]));
  return new Map(
    decks.map(({ id, preset }) => {
      const { newCards = 0, reviews = 0 } = shown.get(id) ?? {};
      return [
        id,
        {
          newCards: Math.max(0, preset.newPerDay - newCards),
          reviews: Math.max(0, preset.reviewsPerDay - reviews),
          desiredRetention: preset.desiredRetention,
        },
      ];
    }),
  );
}

async function readSeen(context: Context, userId: string, day: StudyDay): Promise<Map<string, Set<string>>> {
  const seen = new Map<string, Set<string>>();
  for (const { noteId, cardId } of await context.reviews.listSeen(userId, day)) {
    seen.set(noteId, (seen.get(noteId) ?? new Set()).add(cardId));
  }
  return seen;
}

/** The learner's own seconds a review over the last study days. */
async function readPace(context: Context, { userId }: LearnerClock, today: StudyDay): Promise<number> {
  const efforts = await context.activity.listEfforts({ userId, from: addDays(today, -paceDays) });
  const reviews = efforts.reduce((sum, { timedReviews }) => sum + timedReviews, 0);
  const milliseconds = efforts.reduce((sum, { reviewMs }) => sum + Number(reviewMs), 0);
  return reviews === 0 ? unknownSecondsPerReview : milliseconds / 1000 / reviews;
}

const withRetrievability = (row: QueueRow, decks: ReadonlyMap<string, QueueDeck>, today: StudyDay) => ({
  ...row,
  retrievability: retrievability(row, today, decks.get(row.deckId)?.preset.parameters),
});

/** The viewer's review queue at an instant: over everything, one subject or one deck. */
export async function buildQueue(context: Context, input: QueueInput): Promise<ReviewQueueView> {
  const clock = clockOfViewer(requireViewer(context));
  const { userId } = clock;
  const limit = parseInput(limitSchema, ['input', 'limit'], input.limit ?? 50);
  const at = input.at ?? context.now();
  const today = dayOf(clock, at);
  const decks = await context.decks.listForQueue(userId, input);
  const [allowances, seenToday, secondsPerReview] = await Promise.all([
    readAllowances(context, decks, { userId, day: today }),
    readSeen(context, userId, today),
    readPace(context, clock, today),
  ]);
  const rows = await context.queue.listCandidates(allowances, { at, buriedNotes: [...seenToday.keys()] });
  const byDeck = new Map(decks.map((deck) => [deck.id, deck]));
  const queue = orderQueue(
    rows.map((row) => withRetrievability(row, byDeck, today)),
    {
      today,
      startOfToday: startOfStudyDay(today, clock.timeZone, clock.dayStartMinutes),
      order: input.order ?? 'RELATIVE_OVERDUENESS',
      allowances,
      seenToday,
    },
  );
  const shown = queue.entries.slice(0, limit);
  const cards = new Map(
    (await context.cards.listByIds(shown.map(({ candidate }) => candidate.id))).map((card) => [
      card.id,
      card,
    ]),
  );
  const reviewsPerDay = decks.reduce((sum, { preset }) => sum + preset.reviewsPerDay, 0);
  return {
    items: shown.flatMap(({ candidate, reason }, index) => {
      const card = cards.get(candidate.id);
      return card ? [{ card, reason, retrievability: candidate.retrievability, position: index + 1 }] : [];
    }),
    newRemaining: queue.newRemaining,
    learningDue: queue.learningDue,
    reviewDue: queue.reviewDue,
    backlogDays: reviewsPerDay === 0 ? 0 : queue.reviewBacklog / reviewsPerDay,
    estimatedSeconds: Math.round(queue.entries.length * secondsPerReview),
    generatedAt: at,
  };
}

/** The first card of a deck's queue now. */
export async function findNextCard(context: Context, deckId: string): Promise<Card | null> {
  const { items } = await buildQueue(context, { deckId, limit: 1 });
  return items[0]?.card ?? null;
}
