import { wrongState } from '@studymate/contracts';
import type { Quiz } from '@studymate/database/quiz';
import { z } from 'zod';
import { shuffle } from '../attempt/shuffle.ts';
import type { Context } from '../context.ts';
import { adaptiveSettingsSchema } from './adaptive-settings.ts';

const mostQuestions = 1_000;

/** The question versions that an adaptive attempt may ask, and the points of each, in decimal digits. */
export const poolSchema = z.array(z.object({ questionId: z.string(), maxScore: z.string() }));

export type Pool = z.output<typeof poolSchema>;

/**
 * Fixes what an adaptive attempt may ask, in the versions of now: the entries of fixed slots and the whole banks of
 * random ones, at most 1,000 drawn by the seed. Essays are left out, since nothing can follow from them at once.
 * Throws STATE with fewer than the test must ask.
 */
export async function fixPool(context: Context, quiz: Quiz, seed: string): Promise<Pool> {
  const { minItems } = adaptiveSettingsSchema.parse(quiz.adaptive);
  const wanted = new Map<string, { entryId: string; version: number; maxScore: string }>();
  for (const slot of await context.quizzes.slotsOf(quiz.id)) {
    const { bankId, skillIds, difficulty, pinnedVersion } = slot;
    const fixed = slot.entryId === null ? null : await context.entries.find(slot.entryId);
    const entries = fixed
      ? [fixed]
      : await context.entries.drawable({ bankId: bankId ?? '', skillIds, difficulty });
    const maxScore = slot.maxScore.toString();
    for (const { id: entryId, latestVersion } of entries)
      if (!wanted.has(entryId))
        wanted.set(entryId, { entryId, version: pinnedVersion ?? latestVersion, maxScore });
  }
  const drawn = shuffle([...wanted.values()], `${seed}:pool`).slice(0, mostQuestions);
  const questions = await Promise.all(
    drawn.map(({ entryId, version }) => context.questions.findVersion(entryId, version)),
  );
  const pool = questions.flatMap((question, index) => {
    const maxScore = drawn[index]?.maxScore;
    return question && maxScore && question.kind !== 'ESSAY' ? [{ questionId: question.id, maxScore }] : [];
  });
  if (pool.length < minItems)
    throw wrongState('The quiz has too few questions for its test.', 'QUESTIONS_MISSING', ['PUBLISHED']);
  return pool;
}
