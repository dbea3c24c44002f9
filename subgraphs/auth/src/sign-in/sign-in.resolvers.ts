import type { ChangeTick } from '@studymate/subgraph-kit';
import type { Resolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { completeMfa } from '../mfa/challenge.service.ts';
import { findLoginEvent } from './login-event.service.ts';
import { followSecurityEvents, getSecurityEvent } from './security-event.live.ts';
import { signIn } from './sign-in.service.ts';

export const signInResolvers = {
  Mutation: {
    signIn: (_root, input, context) => signIn(context, input),
    completeMfa: (_root, input, context) => completeMfa(context, input),
  },
  Subscription: {
    securityEvent: {
      subscribe: (_root, _args, context) => followSecurityEvents(context),
      resolve: ({ detail }: ChangeTick, _args: object, context: Context) => getSecurityEvent(context, detail),
    },
  },
  LoginEvent: {
    __resolveReference: ({ id }, context) => findLoginEvent(context, id),
  },
} satisfies Resolvers;
