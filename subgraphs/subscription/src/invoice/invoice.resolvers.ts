import type { Resolvers } from '../__generated__/resolvers.ts';
import { findInvoice, listInvoices } from './invoice.service.ts';

export const invoiceResolvers = {
  User: {
    invoices: ({ id }, page, context) => listInvoices(context, id, page),
  },
  InvoiceConnection: {
    totalCount: ({ ownerId }, _args, context) => context.invoices.count(ownerId),
  },
  Invoice: {
    __resolveReference: ({ id }, context) => findInvoice(context, id),
    total: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    tax: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
    amountPaid: ({ amountPaidMinor, currency }) => ({ amountMinor: amountPaidMinor, currency }),
    lines: ({ id }, _args, context) => context.invoices.listLines(id),
  },
  InvoiceLine: {
    amount: (line) => line,
  },
} satisfies Resolvers;
