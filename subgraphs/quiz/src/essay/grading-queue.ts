import type { AttemptItem } from '@studymate/database/quiz';
import { type PageArguments, parsePage, requireViewer, toConnection } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { type CountedPage, idCursor } from '../counted-page.ts';
import { type RubricScore, rubricScoresSchema } from './rubric-score.ts';

export type GradingPage = CountedPage<AttemptItem>;

/** The essays that wait for the viewer's grade, the longest waiting first. */
export async function listGradingQueue(
  context: Context,
  { quizId, ...place }: PageArguments & { readonly quizId?: string | null | undefined },
): Promise<GradingPage> {
  const page = parsePage(place);
  const filter = { graderId: requireViewer(context).id, quizId };
  const rows = await context.attemptItems.awaitingGrade(filter, page);
  return {
    ...toConnection(rows, page, idCursor),
    countAll: () => context.attemptItems.countAwaitingGrade(filter),
  };
}

/** The points that AI proposes, or null without any. */
export const proposalOf = ({ proposal }: AttemptItem): RubricScore[] | null =>
  proposal === null ? null : rubricScoresSchema.parse(proposal);
