import type { Erasure } from '@studymate/privacy';
import type { Context } from '../context.ts';

/** Others' results must not go with the author of the quiz: what they have taken stays, and tells nothing of its author. */
export async function keepSharedQuizzes(context: Context, erasure: Erasure): Promise<void> {
  await context.sharedQuizzes.orphanTaken(erasure);
  await context.sharedQuizzes.orphanBanks(erasure);
}
