import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { shownPrefixOf } from './access-token.secret.ts';
import { createAccessToken, findAccessToken, revokeAccessToken } from './access-token.service.ts';

export const accessTokenResolvers = {
  Mutation: {
    createAccessToken: (_root, input, context) => createAccessToken(context, input),
    revokeAccessToken: (_root, { id }, context) => acknowledged(revokeAccessToken(context, id)),
  },
  AccessToken: {
    __resolveReference: ({ id }, context) => findAccessToken(context, id),
    prefix: ({ id }, _args, context) => shownPrefixOf(context.tokens, id),
  },
} satisfies Resolvers;
