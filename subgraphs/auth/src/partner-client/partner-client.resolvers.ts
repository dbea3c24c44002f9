import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { createPartnerClient, listPartnerClients, revokePartnerClient } from './partner-client.service.ts';

export const partnerClientResolvers = {
  Query: {
    partnerClients: (_root, slice, context) => listPartnerClients(context, slice),
  },
  Mutation: {
    createPartnerClient: (_root, client, context) => createPartnerClient(context, client),
    revokePartnerClient: (_root, { id }, context) => acknowledged(revokePartnerClient(context, id)),
  },
} satisfies Resolvers;
