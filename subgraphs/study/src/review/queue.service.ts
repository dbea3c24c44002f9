import type { Card } from '@studymate/database/study';
import { addDays, type StudyDay, startOfStudyDay } from '@studymate/runtime';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import type { QueueDeckRow, QueueHead } from './queue.repository.ts';
import { type DeckAllowance, orderQueue, type QueueReason, type ReviewOrder } from './queue.ts';
import { decayOf, retrievability } from './schedule.ts';

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
export async function readPace(context: Context, { userId }: LearnerClock, today: StudyDay): Promise<number> {
  const efforts = await context.activity.listEfforts({ userId, from: addDays(today, -paceDays) });
  const reviews = efforts.reduce((sum, { timedReviews }) => sum + timedReviews, 0);
  const milliseconds = efforts.reduce((sum, { reviewMs }) => sum + reviewMs, 0);
  return reviews === 0 ? unknownSecondsPerReview : milliseconds / 1000 / reviews;
}

/** Notes with the cards of theirs that were answered today, as the database takes them. */
const seenScope = (seen: ReadonlyMap<string, ReadonlySet<string>>) => ({
  seenNotes: [...seen.keys()],
  soleSeenCards: [...seen.values()].flatMap((cards) => (cards.size === 1 ? [...cards] : [])),
});

const toDeckRow = ({ id, preset }: QueueDeck, allowance: DeckAllowance | undefined): QueueDeckRow => ({
  id,
  reviews: allowance?.reviews ?? 0,
  newCards: allowance?.newCards ?? 0,
  desiredRetention: preset.desiredRetention,
  ...decayOf(preset.parameters),
});

interface Readings {
  readonly allowances: ReadonlyMap<string, DeckAllowance>;
  readonly seenToday: ReadonlyMap<string, ReadonlySet<string>>;
  readonly startOfToday: Date;
  readonly today: StudyDay;
  readonly order: ReviewOrder;
}

/** Cards that stand first in the queue, in its order and with their reasons. */
async function orderHead(
  context: Context,
  {
    head,
    decks,
    rules,
  }: { readonly head: QueueHead; readonly decks: readonly QueueDeck[]; readonly rules: Readings },
) {
  const parameters = new Map(decks.map(({ id, preset }) => [id, preset.parameters]));
  const cards = await context.cards.listByIds([...head.steps, ...head.reviews, ...head.newCards]);
  const candidates = cards.map((card) => ({
    ...card,
    card,
    retrievability: retrievability(card, rules.today, parameters.get(card.deckId)),
  }));
  return orderQueue(candidates, rules);
}

/** The viewer's review queue at an instant: over everything, one subject or one deck. */
export async function buildQueue(context: Context, input: QueueInput): Promise<ReviewQueueView> {
  const clock = clockOfViewer(requireViewer(context));
  const { userId } = clock;
  const take = parseInput(limitSchema, ['input', 'limit'], input.limit ?? 50);
  const at = input.at ?? context.now();
  const today = dayOf(clock, at);
  const order = input.order ?? 'RELATIVE_OVERDUENESS';
  const decks = await context.decks.listForQueue(userId, input);
  const [allowances, seenToday, secondsPerReview] = await Promise.all([
    readAllowances(context, decks, { userId, day: today }),
    readSeen(context, userId, today),
    readPace(context, clock, today),
  ]);
  const rows = decks.map((deck) => toDeckRow(deck, allowances.get(deck.id)));
  const head = await context.queue.findHead(rows, { at, today, order, take, ...seenScope(seenToday) });
  const startOfToday = startOfStudyDay(today, clock.timeZone, clock.dayStartMinutes);
  const rules = { today, startOfToday, order, allowances, seenToday };
  const entries = await orderHead(context, { head, decks, rules });
  const reviewsPerDay = decks.reduce((sum, { preset }) => sum + preset.reviewsPerDay, 0);
  return {
    items: entries.slice(0, take).map(({ candidate: { card, retrievability: recall }, reason }, index) => ({
      card,
      reason,
      retrievability: recall,
      position: index + 1,
    })),
    newRemaining: head.newCount,
    learningDue: head.stepCount,
    reviewDue: head.reviewCount,
    backlogDays: reviewsPerDay === 0 ? 0 : head.backlog / reviewsPerDay,
    estimatedSeconds: Math.round((head.stepCount + head.reviewCount + head.newCount) * secondsPerReview),
    generatedAt: at,
  };
}

/** The first card of a deck's queue now. */
export async function findNextCard(context: Context, deckId: string): Promise<Card | null> {
  const { items } = await buildQueue(context, { deckId, limit: 1 });
  return items[0]?.card ?? null;
}
