import { notFound } from '@studymate/contracts';
import type { Recommendation } from '@studymate/database/personalization';
import {
  type Connection,
  onceByKey,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { type Ranked, recommend } from './recommend.ts';
import { canReadLearner, canReadRecommendation } from './recommendation.policy.ts';
import { takeSnapshot } from './snapshot.ts';

const msPerDay = 86_400_000;
const unwantedForMs = 7 * msPerDay;
const defaultMinutes = 60;
const longestList = 50;
const rejections: readonly (string | null)[] = ['DISMISSED', 'NOT_RELEVANT', 'TOO_EASY', 'TOO_HARD'];

const limitSchema = z.int().min(1).max(longestList);
const minutesSchema = z
  .int()
  .min(1)
  .max(24 * 60);

interface Wanted {
  readonly limit: number;
  readonly minutesAvailable: number;
  readonly subjectId: string | null;
}

interface RankedAndKept {
  readonly ranked: readonly Ranked[];
  readonly kept: readonly Recommendation[];
}

async function listRanked(context: Context, userId: string, wanted: Wanted): Promise<RankedAndKept> {
  const at = context.now();
  const since = new Date(at.getTime() - unwantedForMs);
  const [snapshot, kept, learner] = await Promise.all([
    takeSnapshot(context, userId),
    context.recommendations.listKept(userId, { at, since }),
    context.learners.find(userId),
  ]);
  const said = kept.filter(({ feedbackAt }) => feedbackAt !== null && feedbackAt >= since);
  const rejected = said.filter(({ feedback }) => rejections.includes(feedback));
  const unwanted = new Set(rejected.map(({ kind, activityId }) => `${kind}:${activityId}`));
  const ranked = recommend(snapshot, { ...wanted, unwanted, dueOnly: learner?.optedOut ?? false });
  return { ranked, kept };
}

/** What the viewer should do next within the minutes they have, best first. */
export async function listNextActivities(
  context: Context,
  wishes: {
    readonly limit?: number | null | undefined;
    readonly minutesAvailable?: number | null | undefined;
    readonly subjectId?: string | null | undefined;
  },
): Promise<Recommendation[]> {
  const viewer = requireViewer(context);
  const { ranked, kept } = await listRanked(context, viewer.id, {
    limit: parseInput(limitSchema, 'limit', wishes.limit ?? 5),
    minutesAvailable: parseInput(
      minutesSchema,
      'minutesAvailable',
      wishes.minutesAvailable ?? defaultMinutes,
    ),
    subjectId: wishes.subjectId ?? null,
  });
  return context.recommendations.keep(ranked, { userId: viewer.id, at: context.now(), kept });
}

/** A learner's recommendations as a connection, for the learner's own eyes; null for others. */
export async function pageRecommendations(
  context: Context,
  learnerId: string,
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
): Promise<Connection<Recommendation> | null> {
  if (!canReadLearner(context.viewer, learnerId)) return null;
  const page = parsePage(args, { fallback: 10 });
  const { ranked, kept } = await listRanked(context, learnerId, {
    limit: longestList,
    minutesAvailable: 24 * 60,
    subjectId: null,
  });
  const behind = Number(page.cursor?.[0] ?? 0);
  const shown = ranked.filter(({ rank }) => rank > behind).slice(0, page.take);
  const rows = await context.recommendations.keep(shown, { userId: learnerId, at: context.now(), kept });
  return toConnection(rows, page, ({ rank, id }) => [String(rank), id]);
}

/** The recommendation, or null when it does not exist or is not the viewer's. */
export async function findRecommendation(context: Context, id: string): Promise<Recommendation | null> {
  const row = await context.recommendations.find(id);
  return row && canReadRecommendation(context.viewer, row) ? row : null;
}

async function getRecommendation(context: Context, id: string): Promise<Recommendation> {
  const row = await findRecommendation(context, id);
  if (!row) throw notFound('Recommendation');
  return row;
}

/** Notes what the viewer says of a recommendation. */
export async function recordFeedback(
  context: Context,
  request: {
    readonly id: string;
    readonly feedback: NonNullable<Recommendation['feedback']>;
    readonly idempotencyKey: string;
  },
): Promise<Recommendation> {
  const { id, feedback, idempotencyKey } = request;
  const keyed = { mutation: 'recordRecommendationFeedback', key: idempotencyKey, body: { id, feedback } };
  return onceByKey(context, keyed, {
    replay: getRecommendation,
    run: async (inner) => {
      await getRecommendation(inner, id);
      return inner.recommendations.setFeedback(id, feedback, inner.now());
    },
  });
}
