import type { Resolvers } from '../__generated__/resolvers.ts';
import {
  findGrantOf,
  findLedgerEntry,
  getCreditAccount,
  grantCredits,
  listExpiringSoon,
  listLedger,
  listPacks,
} from './credit.service.ts';

export const creditResolvers = {
  Query: {
    creditPacks: (_root, { currency }) => listPacks(currency),
  },
  Mutation: {
    grantCredits: (_root, input, context) => grantCredits(context, input),
  },
  User: {
    credits: ({ id }, _args, context) => getCreditAccount(context, id),
  },
  CreditAccount: {
    available: ({ balance, reserved }) => balance - reserved,
    expiringSoon: (account, _args, context) => listExpiringSoon(context, account),
    ledger: (account, page, context) => listLedger(context, account, page),
  },
  LedgerEntry: {
    __resolveReference: ({ id }, context) => findLedgerEntry(context, id),
    grant: (entry, _args, context) => findGrantOf(context, entry),
  },
  CreditPack: {
    price: (pack) => pack,
  },
} satisfies Resolvers;
