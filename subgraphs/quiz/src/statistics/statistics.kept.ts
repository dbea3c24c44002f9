import type { Quiz } from '@studymate/database/quiz';
import { z } from 'zod';
import type { Context } from '../context.ts';

const keptSeconds = 7 * 86_400;
const nullable = z.number().nullable();

const figuresSchema = z.object({
  attempts: z.number(),
  meanScore: z.number(),
  medianScore: z.number(),
  standardDeviation: z.number(),
  skewness: nullable,
  kurtosis: nullable,
  cronbachAlpha: nullable,
  errorRatio: nullable,
  standardErrorOfMeasurement: nullable,
  computedAt: z.coerce.date(),
  items: z.array(
    z.object({
      slot: z.number(),
      questionId: z.string(),
      attempts: z.number(),
      facility: nullable,
      standardDeviation: nullable,
      intendedWeight: nullable,
      effectiveWeight: nullable,
      discriminationIndex: nullable,
      discriminativeEfficiency: nullable,
      randomGuessScore: nullable,
      distractors: z.array(
        z.object({ choiceId: z.string(), chosen: z.number(), rate: z.number(), pointBiserial: nullable }),
      ),
      flags: z.array(z.enum(['TOO_EASY', 'TOO_HARD', 'NEGATIVE_DISCRIMINATION', 'UNUSED_DISTRACTOR'])),
    }),
  ),
});

/** Statistics as they are kept: numbers and ids; questions are read when they are asked for. */
export type Figures = z.output<typeof figuresSchema>;

/** The kept figures of a quiz for its author, computed anew when there is a new grade. */
export const keepFigures = async (
  context: Context,
  quiz: Quiz,
  compute: () => Promise<Figures | null>,
): Promise<Figures | null> =>
  context.cache.read(
    {
      name: 'statistics',
      scope: 'PRIVATE',
      // A lost word of a change would stand for a week: what there is to count is asked for.
      of: [
        quiz.id,
        `${quiz.revision}`,
        await context.statistics.stateOf({ quizId: quiz.id, revision: quiz.revision }),
      ],
      tags: [['QuizStatistics', quiz.id]],
      seconds: keptSeconds,
      parse: figuresSchema.nullable().parse,
    },
    compute,
  );
