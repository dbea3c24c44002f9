import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { confirmFactor, enrollTotp, findFactor } from './factor.service.ts';
import { removeFactor, renameFactor } from './factor-change.service.ts';
import { regenerateRecoveryCodes } from './recovery-code.service.ts';

export const factorResolvers = {
  Mutation: {
    enrollTotp: (_root, { label }, context) => enrollTotp(context, label),
    confirmFactor: (_root, proof, context) => confirmFactor(context, proof),
    removeFactor: (_root, proof, context) => acknowledged(removeFactor(context, proof)),
    renameFactor: (_root, name, context) => acknowledged(renameFactor(context, name)),
    regenerateRecoveryCodes: (_root, { code }, context) => regenerateRecoveryCodes(context, code),
  },
  TotpFactor: {
    __resolveReference: ({ id }, context) => findFactor(context, id),
  },
} satisfies Resolvers;
