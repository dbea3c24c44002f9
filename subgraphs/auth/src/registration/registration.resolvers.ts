import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { changeEmail } from '../user/email-change.service.ts';
import { register, resendVerification } from './registration.service.ts';
import { verifyEmail } from './verification.service.ts';

export const registrationResolvers = {
  Mutation: {
    register: (_root, { input }, context) => register(context, input),
    resendVerification: (_root, { email }, context) => acknowledged(resendVerification(context, email)),
    verifyEmail: (_root, { token }, context) => verifyEmail(context, token),
    changeEmail: (_root, change, context) => acknowledged(changeEmail(context, change)),
  },
} satisfies Resolvers;
