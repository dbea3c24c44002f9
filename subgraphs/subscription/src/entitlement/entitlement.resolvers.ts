import type { Resolvers } from '../__generated__/resolvers.ts';
import { getEntitlement, listEntitlements } from './entitlement.service.ts';

export const entitlementResolvers = {
  Query: {
    entitlement: (_root, { feature }, context) => getEntitlement(context, feature),
  },
  User: {
    entitlements: ({ id }, _args, context) => listEntitlements(context, id),
  },
} satisfies Resolvers;
