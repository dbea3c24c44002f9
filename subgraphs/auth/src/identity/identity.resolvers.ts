import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { unlinkIdentity } from './identity.service.ts';
import { beginProviderSignIn } from './provider-sign-in.begin.ts';
import { signInWithProvider } from './provider-sign-in.service.ts';

export const identityResolvers = {
  Mutation: {
    beginProviderSignIn: (_root, request, context) => beginProviderSignIn(context, request),
    signInWithProvider: (_root, callback, context) => signInWithProvider(context, callback),
    unlinkIdentity: (_root, { provider }, context) => acknowledged(unlinkIdentity(context, provider)),
  },
} satisfies Resolvers;
