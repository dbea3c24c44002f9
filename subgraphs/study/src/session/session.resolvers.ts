import type { Resolvers, SubscriptionStudySessionUpdatedArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { listReviewsOfSession } from '../review/review.service.ts';
import { getSubjectOf } from '../subject/subject.service.ts';
import { followSession } from './session.live.ts';
import {
  countSeconds,
  findActiveSession,
  findSession,
  finishSession,
  getSession,
  listSessionsOf,
  pauseSession,
  resumeSession,
  startSession,
  touchSession,
} from './session.service.ts';

export const sessionResolvers = {
  Query: {
    studySession: (_root, { id }, context) => findSession(context, id),
  },
  Mutation: {
    startStudySession: (_root, { input }, context) => startSession(context, input),
    pauseStudySession: (_root, { id }, context) => pauseSession(context, id),
    resumeStudySession: (_root, { id }, context) => resumeSession(context, id),
    heartbeatStudySession: (_root, { id }, context) => touchSession(context, id),
    finishStudySession: (_root, input, context) => finishSession(context, input),
  },
  Subscription: {
    studySessionUpdated: {
      subscribe: (_root, { id }, context) => followSession(context, id),
      resolve: (_tick: unknown, { id }: SubscriptionStudySessionUpdatedArgs, context: Context) =>
        getSession(context, id),
    },
  },
  Subject: {
    sessions: (subject, page, context) => listSessionsOf(context, subject, page),
  },
  StudySession: {
    __resolveReference: ({ id }, context) => findSession(context, id),
    user: (session) => ({ id: session.userId }),
    subject: (session, _args, context) => getSubjectOf(context, session),
    activeSeconds: (session, _args, context) => countSeconds(context, session, 'FOCUS'),
    pausedSeconds: (session, _args, context) => countSeconds(context, session, 'PAUSE'),
    intervals: (session, _args, context) => context.sessions.intervalsOf(session.id),
    reviews: (session, page, context) => listReviewsOfSession(context, session, page),
  },
  User: {
    activeStudySession: (user, _args, context) => findActiveSession(context, user.id),
  },
} satisfies Resolvers;
