import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { changePassword, requestPasswordReset, resetPassword } from './password.service.ts';

export const passwordResolvers = {
  Mutation: {
    changePassword: (_root, change, context) => acknowledged(changePassword(context, change)),
    requestPasswordReset: (_root, { email }, context) => acknowledged(requestPasswordReset(context, email)),
    resetPassword: (_root, reset, context) => resetPassword(context, reset),
  },
} satisfies Resolvers;
