import { invalidInput } from '@studymate/contracts';
import type { Quiz } from '@studymate/database/quiz';
import { type PageArguments, parsePage, requireViewer, toConnection } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { idCursor, type QuizPage } from '../counted-page.ts';

export interface QuizListArguments extends PageArguments {
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
  readonly subjectId?: string | null | undefined;
  readonly search?: string | null | undefined;
}

/** The quizzes the viewer may see, newest first, a page from either end. */
export async function listQuizzes(context: Context, given: QuizListArguments): Promise<QuizPage> {
  const { first, after, last, before, subjectId, search } = given;
  const backwards = last !== null && last !== undefined;
  if (backwards && first) throw invalidInput(['last'], 'last: give either first or last');

  const page = parsePage(backwards ? { first: last, after: before } : { first, after });
  const filter = { viewerId: requireViewer(context).id, subjectId, search };
  const rows = await context.quizzes.visible(filter, page, backwards);
  const connection = backwards ? reversed(rows, page) : toConnection(rows, page, idCursor);
  return { ...connection, countAll: () => context.quizzes.countVisible(filter) };
}

/** A page that was read from the end: its rows turned round, and what was ahead is behind. */
function reversed(rows: readonly Quiz[], page: ReturnType<typeof parsePage>) {
  const inOrder = rows.slice(0, page.first).toReversed();
  const { edges, pageInfo } = toConnection(inOrder, page, idCursor);
  return {
    edges,
    pageInfo: {
      ...pageInfo,
      hasPreviousPage: rows.length > page.first,
      hasNextPage: page.cursor !== null,
    },
  };
}

/** Quizzes of one subject that the viewer may see; many subjects share their queries. */
export async function listQuizzesOfSubject(
  context: Context,
  subjectId: string,
  given: PageArguments,
): Promise<QuizPage> {
  const viewerId = requireViewer(context).id;
  const page = parsePage(given);
  const rows = await context.quizzes.ofSubject({ subjectId, viewerId, page });
  return {
    ...toConnection(rows, page, idCursor),
    countAll: () => context.quizzes.countVisible({ viewerId, subjectId }),
  };
}
