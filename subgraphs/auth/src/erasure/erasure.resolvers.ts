import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { cancelAccountDeletion, findDeletionDueAt, requestAccountDeletion } from './erasure.service.ts';

export const erasureResolvers = {
  Mutation: {
    requestAccountDeletion: (_root, { password }, context) =>
      acknowledged(requestAccountDeletion(context, password)),
    cancelAccountDeletion: (_root, _args, context) => acknowledged(cancelAccountDeletion(context)),
  },
  User: {
    deletionDueAt: (user, _args, context) => findDeletionDueAt(context, user.id),
  },
} satisfies Resolvers;
