import type { Resolvers } from '../__generated__/resolvers.ts';
import { completeMfa } from '../mfa/challenge.service.ts';
import { findLoginEvent } from './login-event.service.ts';
import { signIn } from './sign-in.service.ts';

export const signInResolvers = {
  Mutation: {
    signIn: (_root, input, context) => signIn(context, input),
    completeMfa: (_root, input, context) => completeMfa(context, input),
  },
  LoginEvent: {
    __resolveReference: ({ id }, context) => findLoginEvent(context, id),
  },
} satisfies Resolvers;
