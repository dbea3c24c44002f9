import { DomainError, invalidInput } from '@studymate/contracts';
import type { Card, ReviewLog } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import { requireViewer } from '@studymate/subgraph-kit';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { clockOfViewer, type LearnerClock } from '../user/learner-clock.ts';
import { replayCards } from './card-replay.ts';
import { publishReview, requireSame, toLogRow, touchSessions } from './review.service.ts';
import { parseReview, type ReviewInput } from './review-input.ts';

const maxBatch = 500;

const errorTypes: Partial<Record<DomainError['code'], string>> = {
  VALIDATION: 'ValidationError',
  NOT_FOUND: 'NotFoundError',
  IDEMPOTENCY_MISMATCH: 'ConflictError',
};

export interface RejectedReview {
  readonly clientReviewId: string;
  readonly error: { readonly __typename: string; readonly code: string; readonly message: string };
}

/** What became of an offline batch. */
export interface SyncedReviews {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RejectedReview[];
  readonly cards: readonly Card[];
}

function rejectionOf({ clientReviewId }: ReviewInput, error: unknown): RejectedReview {
  const typename = error instanceof DomainError ? errorTypes[error.code] : undefined;
  if (!(error instanceof DomainError) || !typename) throw error;
  const { code, message, details } = error;
  return { clientReviewId, error: { __typename: typename, ...details, code, message } };
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** One order for every permutation of a batch, so that it does not matter which of two rivals comes first. */
const inOneOrder = (reviews: readonly ReviewInput[]): ReviewInput[] =>
  reviews.toSorted(
    (one, other) =>
      Number(one.reviewedAt ?? 0) - Number(other.reviewedAt ?? 0) ||
      byText(one.clientReviewId, other.clientReviewId) ||
      byText(one.cardId, other.cardId) ||
      byText(one.grade, other.grade) ||
      (one.durationMs ?? -1) - (other.durationMs ?? -1),
  );

type Sent = ReviewInput & { readonly row: Awaited<ReturnType<typeof toLogRow>> };

/** The batch in one order, with the row that each review becomes; what cannot become one is rejected. */
async function prepareReviews(context: Context, reviews: readonly ReviewInput[], clock: LearnerClock) {
  const prepared: Sent[] = [];
  const rejected: RejectedReview[] = [];
  await context.cards.listByIds([...new Set(reviews.map(({ cardId }) => cardId))]);
  for (const review of inOneOrder(reviews)) {
    try {
      const row = await toLogRow(context, parseReview(review, context.now()), clock);
      prepared.push({ ...review, row });
    } catch (error) {
      rejected.push(rejectionOf(review, error));
    }
  }
  return { prepared, rejected };
}

/** Appends what is new; what is on the log already is a duplicate, or rejected when it says something else. */
async function takeReviews(context: Context, reviews: readonly ReviewInput[], clock: LearnerClock) {
  const { prepared, rejected } = await prepareReviews(context, reviews, clock);
  const logs = await context.reviews.append(prepared.map(({ row }) => row));
  await touchSessions(context, logs);
  const appended = new Set(logs.map(({ id }) => id));
  const repeated = prepared.filter(({ row }) => !appended.has(row.id));
  const ids = repeated.map(({ clientReviewId }) => clientReviewId);
  const known = new Map(
    (await context.reviews.listByClientIds(clock.userId, ids)).map((row) => [row.clientReviewId, row]),
  );
  let duplicates = 0;
  for (const review of repeated) {
    try {
      requireSame(known.get(review.clientReviewId), review);
      duplicates += 1;
    } catch (error) {
      rejected.push(rejectionOf(review, error));
    }
  }
  return { logs, duplicates, rejected, cardIds: new Set(prepared.map(({ cardId }) => cardId)) };
}

/** Replays every card that has new reviews and counts the study days that are touched, each once. */
async function settle(context: Context, logs: readonly ReviewLog[], clock: LearnerClock): Promise<void> {
  const daysOf = new Map<string, Set<StudyDay>>();
  const byCard = Map.groupBy(logs, ({ cardId }) => cardId);
  if (byCard.size === 0) return;
  // Read for all cards at once what each event is going to name.
  await Promise.all([...byCard.keys()].map((id) => context.cards.skillsOf(id)));
  for (const { card, days, log } of await replayCards(context, [...byCard.keys()], clock)) {
    const own = byCard.get(card.id) ?? [];
    const known = daysOf.get(card.subjectId) ?? new Set();
    daysOf.set(card.subjectId, new Set([...known, ...days, ...own.map(({ studyDay }) => studyDay)]));
    for (const row of own) await publishReview(context, log.get(row.id) ?? row, card);
  }
  for (const [subjectId, days] of daysOf) await recountDays(context, { clock, subjectId, days });
}

/**
 * Takes a batch of reviews that were made offline. Whatever its order, whatever was sent before: what is on the
 * log afterwards, and so every schedule, is the same.
 */
export async function syncReviews(context: Context, reviews: readonly ReviewInput[]): Promise<SyncedReviews> {
  const clock = clockOfViewer(requireViewer(context));
  if (reviews.length > maxBatch) throw invalidInput(['reviews'], `reviews: at most ${maxBatch}`, 'too_big');
  const synced = await context.transaction(async (inner) => {
    await inner.learners.lock(clock.userId);
    const taken = await takeReviews(inner, reviews, clock);
    await settle(inner, taken.logs, clock);
    return taken;
  });
  for (const id of synced.cardIds) context.cards.forget(id);
  const cards = await context.cards.listByIds([...synced.cardIds].toSorted());
  return { accepted: synced.logs.length, duplicates: synced.duplicates, rejected: synced.rejected, cards };
}
