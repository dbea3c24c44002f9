import type { Resolvers } from '../__generated__/resolvers.ts';
import { beginPasskeyRegistration, findPasskey, finishPasskeyRegistration } from './passkey.service.ts';
import { beginPasskeySignIn, finishPasskeySignIn } from './passkey-sign-in.service.ts';

export const passkeyResolvers = {
  Mutation: {
    beginPasskeyRegistration: (_root, { label }, context) => beginPasskeyRegistration(context, label),
    finishPasskeyRegistration: (_root, answer, context) => finishPasskeyRegistration(context, answer),
    beginPasskeySignIn: (_root, { email }, context) => beginPasskeySignIn(context, email),
    finishPasskeySignIn: (_root, answer, context) => finishPasskeySignIn(context, answer),
  },
  PasskeyFactor: {
    __resolveReference: ({ id }, context) => findPasskey(context, id),
  },
} satisfies Resolvers;
