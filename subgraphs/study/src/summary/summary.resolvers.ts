import type { Resolvers } from '../__generated__/resolvers.ts';
import { getMaterialOf } from '../material/material.service.ts';
import { parseSpans } from './source-span.ts';
import { acceptSummary, findSummary, isStale, listSummariesOf } from './summary.service.ts';

export const summaryResolvers = {
  Mutation: {
    acceptSummary: (_root, { id }, context) => acceptSummary(context, id),
  },
  Subject: {
    summaries: (subject, page, context) => listSummariesOf(context, subject, page),
  },
  Summary: {
    __resolveReference: ({ id }, context) => findSummary(context, id),
    material: (summary, _args, context) => getMaterialOf(context, summary),
    stale: (summary, _args, context) => isStale(context, summary),
    citations: (summary) => parseSpans(summary.citations),
    acceptedByUser: (summary) => summary.acceptedAt !== null,
  },
} satisfies Resolvers;
