import { conflict, DomainError, newId, notFound } from '@studymate/contracts';
import type { Card, Prisma, ReviewLog, StudySession } from '@studymate/database/study';
import { startOfStudyDay } from '@studymate/runtime';
import { type PageArguments, parsePage, requireViewer, toConnection } from '@studymate/subgraph-kit';
import { recountDays } from '../activity/recount-days.ts';
import { findCard, getCard, getCardOf } from '../card/card.service.ts';
import type { Context } from '../context.ts';
import type { ReviewLogPage } from '../counted-page.ts';
import { getDeckOf, getPresetOf } from '../deck/deck.service.ts';
import { getSession } from '../session/session.service.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import { replayCard } from './card-replay.ts';
import { isSameReview, type ParsedReview, parseReview, type ReviewInput } from './review-input.ts';
import { countReview } from './review-metrics.ts';
import { previewReviews } from './schedule.ts';

/** A review on the log with the card as it stands now. */
export interface SubmittedReview {
  readonly log: ReviewLog;
  readonly card: Card;
  readonly replayed: boolean;
  readonly leechTriggered: boolean;
}

/** The review, or null when it does not exist or is not the viewer's. */
export async function findReview(context: Context, id: string): Promise<ReviewLog | null> {
  const review = await context.reviews.find(id);
  return review && review.userId === context.viewer?.id ? review : null;
}

const reviewedKeyOf = ({ reviewedAt, id }: ReviewLog) => [reviewedAt.toISOString(), id];

/** A card's reviews, newest first. */
export async function listHistory(context: Context, card: Card, page: PageArguments): Promise<ReviewLogPage> {
  const parsed = parsePage(page, { fallback: 50 });
  const rows = await context.reviews.listHistory(card.id, parsed);
  return { ...toConnection(rows, parsed, reviewedKeyOf), count: () => context.reviews.countHistory(card.id) };
}

/** A session's reviews, oldest first. */
export async function listReviewsOfSession(
  context: Context,
  session: StudySession,
  page: PageArguments,
): Promise<ReviewLogPage> {
  const parsed = parsePage(page, { fallback: 50 });
  const rows = await context.reviews.listOfSession(session.id, parsed);
  return {
    ...toConnection(rows, parsed, reviewedKeyOf),
    count: () => context.reviews.countOfSession(session.id),
  };
}

/** What each grade would do to the card now, or at another instant; empty when it is not the viewer's. */
export async function previewReview(
  context: Context,
  { cardId, at }: { cardId: string; at?: Date | null | undefined },
) {
  const card = await findCard(context, cardId);
  if (!card) return [];
  const clock = clockOfViewer(requireViewer(context));
  const settings = await getPresetOf(context, await getDeckOf(context, card));
  const reviewedAt = at ?? context.now();
  const scheduler = {
    settings,
    seed: card.id,
    startOf: (day: string) => startOfStudyDay(day, clock.timeZone, clock.dayStartMinutes),
  };
  const when = { reviewedAt, studyDay: dayOf(clock, reviewedAt) };
  return previewReviews(card, when, scheduler).map(({ grade, memory }) => ({
    grade,
    due: memory.due,
    intervalDays: memory.scheduledDays,
    stability: memory.stability,
    difficulty: memory.difficulty,
  }));
}

/** The row that a review of the viewer becomes; throws NOT_FOUND for a card or session that is not theirs. */
export async function toLogRow(
  context: Context,
  { cardId, sessionId, ...review }: ParsedReview,
  clock: LearnerClock,
): Promise<Prisma.ReviewLogCreateManyInput & { readonly id: string }> {
  const card = await getCard(context, cardId);
  const session = sessionId === null ? null : await getSession(context, sessionId);
  const preset = await getPresetOf(context, await getDeckOf(context, card));
  return {
    id: newId('ReviewLog'),
    ...review,
    userId: clock.userId,
    cardId: card.id,
    deckId: card.deckId,
    subjectId: card.subjectId,
    sessionId: session?.id ?? null,
    receivedAt: context.now(),
    studyDay: dayOf(clock, review.reviewedAt),
    presetId: preset.id,
    presetVersion: preset.version,
  };
}

/** A review is a sign of life of its session. */
export async function touchSessions(context: Context, rows: readonly ReviewLog[]): Promise<void> {
  for (const sessionId of new Set(rows.map((row) => row.sessionId))) {
    if (sessionId !== null) await context.sessions.touch(sessionId, context.now());
  }
}

/** Holds a review that is sent again against the one on the log; throws IDEMPOTENCY_MISMATCH when they differ. */
export function requireSame(row: ReviewLog | undefined, sent: ReviewInput): ReviewLog {
  if (row && isSameReview(row, sent)) return row;
  throw new DomainError('IDEMPOTENCY_MISMATCH', 'This clientReviewId was used for another review.', {
    path: ['clientReviewId'],
  });
}

/** Tells the world of a review, with the card as it is after it. */
export async function publishReview(context: Context, log: ReviewLog, card: Card): Promise<void> {
  countReview(log);
  const skills = await context.cards.skillsOf(card.id);
  await context.events.publish('study.review.logged', {
    reviewId: log.id,
    userId: log.userId,
    cardId: log.cardId,
    deckId: log.deckId,
    subjectId: log.subjectId,
    skillIds: skills.map(({ id }) => id),
    grade: log.grade,
    stateBefore: log.stateBefore,
    reviewedAt: log.reviewedAt.toISOString(),
    nextDueAt: (card.due ?? log.reviewedAt).toISOString(),
    studyDay: log.studyDay,
  });
}

async function replaySubmitted(
  context: Context,
  userId: string,
  input: ReviewInput,
): Promise<SubmittedReview> {
  const [known] = await context.reviews.listByClientIds(userId, [input.clientReviewId]);
  const log = requireSame(known, input);
  return { log, card: await getCardOf(context, log), replayed: true, leechTriggered: log.leechTriggered };
}

/** Puts a review on the log and the card on its next date; the same client id again changes nothing. */
export async function submitReview(context: Context, input: ReviewInput): Promise<SubmittedReview> {
  const clock = clockOfViewer(requireViewer(context));
  const review = parseReview(input, context.now());
  const submitted = await context.transaction(async (inner): Promise<SubmittedReview> => {
    await inner.learners.lock(clock.userId);
    const [appended] = await inner.reviews.append([await toLogRow(inner, review, clock)]);
    if (!appended) return replaySubmitted(inner, clock.userId, input);
    await touchSessions(inner, [appended]);
    const replay = await replayCard(inner, appended.cardId, clock);
    const log = replay.log.get(appended.id) ?? appended;
    const { card, days } = replay;
    await recountDays(inner, { clock, subjectId: card.subjectId, days: [...days, log.studyDay] });
    await publishReview(inner, log, card);
    return { log, card, replayed: false, leechTriggered: log.leechTriggered };
  });
  context.cards.forget(submitted.card.id);
  return submitted;
}

/** Takes back the last review of a card; taking it back again changes nothing. Throws CONFLICT for an earlier one. */
export async function undoReview(context: Context, reviewId: string): Promise<SubmittedReview> {
  const clock = clockOfViewer(requireViewer(context));
  const undone = await context.transaction(async (inner): Promise<SubmittedReview> => {
    await inner.learners.lock(clock.userId);
    const review = await findReview(inner, reviewId);
    if (!review) throw notFound('ReviewLog');
    if (review.undoneAt) {
      return { log: review, card: await getCardOf(inner, review), replayed: true, leechTriggered: false };
    }
    const last = (await inner.reviews.listLogs([review.cardId])).at(-1);
    if (last?.id !== review.id) throw conflict('Only the last review of a card can be taken back.');
    const log = await inner.reviews.undo(review.id, inner.now());
    const { card, days } = await replayCard(inner, review.cardId, clock);
    await recountDays(inner, { clock, subjectId: card.subjectId, days: [...days, review.studyDay] });
    return { log, card, replayed: false, leechTriggered: false };
  });
  context.cards.forget(undone.card.id);
  return undone;
}
