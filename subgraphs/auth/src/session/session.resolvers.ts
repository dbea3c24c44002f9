import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { refreshSession } from './refresh.service.ts';
import { findSession, revokeSession, signOut } from './session.service.ts';
import { stepUp } from './step-up.service.ts';

export const sessionResolvers = {
  Mutation: {
    refreshSession: (_root, { refreshToken }, context) => refreshSession(context, refreshToken),
    stepUp: (_root, proof, context) => stepUp(context, proof),
    signOut: (_root, { allSessions }, context) => acknowledged(signOut(context, allSessions ?? false)),
    revokeSession: (_root, { id }, context) => acknowledged(revokeSession(context, id)),
  },
  Session: {
    __resolveReference: ({ id }, context) => findSession(context, id),
    current: ({ id }, _args, context) => id === context.viewer?.sessionId,
    country: ({ ipAddress }, _args, context) => context.addresses.describe(ipAddress).place?.country ?? null,
  },
} satisfies Resolvers;
