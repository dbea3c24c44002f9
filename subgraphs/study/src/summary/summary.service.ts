import type { Subject, Summary } from '@studymate/database/study';
import { type PageArguments, parsePage, toConnection } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import type { SummaryPage } from '../counted-page.ts';
import { createdKeyOf } from '../keyset.ts';
import { getMaterialOf } from '../material/material.service.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';

/** The summary, or null when it does not exist or is not the viewer's. */
export const findSummary = async (context: Context, id: string): Promise<Summary | null> =>
  ownOrNull(context.viewer, await context.summaries.find(id));

export async function listSummariesOf(
  context: Context,
  subject: Subject,
  page: PageArguments,
): Promise<SummaryPage> {
  const parsed = parsePage(page);
  const rows = await context.summaries.listOf(subject.id, parsed);
  return { ...toConnection(rows, parsed, createdKeyOf), count: () => context.summaries.countOf(subject.id) };
}

/** Whether the material has a newer revision than the one summarised. */
export const isStale = async (context: Context, summary: Summary): Promise<boolean> =>
  (await getMaterialOf(context, summary)).revision > summary.materialRevision;

/** Notes that the learner takes the summary as their own; doing it again changes nothing. */
export async function acceptSummary(context: Context, id: string): Promise<Summary> {
  const summary = requireOwn(context.viewer, await context.summaries.find(id), 'Summary');
  return summary.acceptedAt ? summary : context.summaries.accept(id, context.now());
}
