import type { JobPayload } from '@studymate/contracts';
import { type Attempt, type AttemptItem, noJson } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { rateAttempt } from '../irt/irt.service.ts';
import { responseSchema } from '../question/response.ts';
import { type AttemptTally, attemptTallySchema, cellsBetween } from './tally.ts';

const perSweep = 200;

/**
 * Makes the statistics count an attempt as it stands, in place of what they counted of it before: graded, graded
 * again, or set aside. Done twice it changes nothing. The first time it moves the ratings too.
 */
export async function countAttempt(
  context: Context,
  { attemptId }: JobPayload<'countAttempt'>,
): Promise<void> {
  await context.transaction(async (inner) => {
    const attempt = await inner.attempts.lock(attemptId);
    if (!attempt) return;
    const before = attempt.tally === null ? null : attemptTallySchema.parse(attempt.tally);
    const after = attempt.state === 'GRADED' ? await tallyOf(inner, attempt) : null;
    const edition = { quizId: attempt.quizId, revision: attempt.quizRevision };
    const cells = cellsBetween(before, after);
    if (cells.scores.length + cells.choices.length > 0) {
      await inner.statistics.add(edition, cells);
      await inner.attempts.update(attemptId, { tally: after ?? noJson, countedAt: inner.now() });
      await inner.changes.entity('QuizStatistics', attempt.quizId);
    }
    await rateAttempt(inner, attempt);
  });
}

async function tallyOf(context: Context, attempt: Attempt): Promise<AttemptTally> {
  const points = (attempt.score ?? 0).toString();
  if (attempt.behaviour === 'ADAPTIVE') return { points, places: [] };
  const items = await context.attemptItems.ofAttempt(attempt.id);
  return {
    points,
    places: items
      .map((item) => ({
        position: item.position,
        points: (item.score ?? 0).toString(),
        choiceIds: picksOf(item),
      }))
      .toSorted((one, other) => one.position - other.position),
  };
}

function picksOf({ response }: AttemptItem): string[] | null {
  const given = response === null ? null : responseSchema.parse(response);
  return given?.kind === 'CHOICE' ? [...given.choiceIds] : null;
}

/** Counts graded attempts whose job was lost, or that were graded before there were tallies. */
export async function countUncountedAttempts(context: Context): Promise<void> {
  for (const { id: attemptId } of await context.statistics.uncounted(perSweep))
    await countAttempt(context, { attemptId });
}
