import { z } from 'zod';

/** The points given by one criterion of a rubric. */
export const rubricScoresSchema = z.array(
  z.object({ criterionId: z.string(), points: z.number(), comment: z.string().nullable() }),
);

export type RubricScore = z.output<typeof rubricScoresSchema>[number];
