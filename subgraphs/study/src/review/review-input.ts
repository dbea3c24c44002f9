import { invalidInput } from '@studymate/contracts';
import type { ReviewLog } from '@studymate/database/study';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { ReviewGrade } from './schedule.ts';

/** A review as a client sends it. */
export interface ReviewInput {
  readonly cardId: string;
  readonly grade: ReviewGrade;
  readonly reviewedAt?: Date | null | undefined;
  readonly durationMs?: number | null | undefined;
  readonly clientReviewId: string;
  readonly sessionId?: string | null | undefined;
}

/** How far a client's clock may run ahead of ours. */
const clockSkewMs = 60_000;
const clientIdSchema = z.string().min(1).max(100);
const durationSchema = z.int().min(0).max(86_400_000).nullable();

/** What can be told of a review without looking anything up; throws VALIDATION. */
export function parseReview(input: ReviewInput, now: Date) {
  const clientReviewId = parseInput(clientIdSchema, 'clientReviewId', input.clientReviewId);
  const durationMs = parseInput(durationSchema, 'durationMs', input.durationMs ?? null);
  const reviewedAt = input.reviewedAt ?? now;
  if (reviewedAt.getTime() > now.getTime() + clockSkewMs) {
    throw invalidInput(['reviewedAt'], 'reviewedAt: is in the future', 'range');
  }
  return {
    cardId: input.cardId,
    grade: input.grade,
    sessionId: input.sessionId ?? null,
    clientReviewId,
    durationMs,
    reviewedAt,
  };
}

export type ParsedReview = ReturnType<typeof parseReview>;

/** Whether a review that is on the log is the one that is sent again; an instant that was left out agrees with any. */
export const isSameReview = (row: ReviewLog, sent: ReviewInput): boolean =>
  row.cardId === sent.cardId &&
  row.grade === sent.grade &&
  row.durationMs === (sent.durationMs ?? null) &&
  (!sent.reviewedAt || row.reviewedAt.getTime() === sent.reviewedAt.getTime());
