import { newId } from '@studymate/contracts';
import type { Invoice, InvoiceLine, Prisma, SubscriptionDatabase } from '@studymate/database/subscription';
import { batchMany, batchOne } from '../batch.ts';

export type InvoiceRepository = ReturnType<typeof createInvoiceRepository>;

/** Reads and writes bills. */
export function createInvoiceRepository(database: SubscriptionDatabase) {
  const byId = batchOne<Invoice>(
    (ids) => database.invoice.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const lines = batchMany<InvoiceLine>(
    (invoiceIds) =>
      database.invoiceLine.findMany({
        where: { invoiceId: { in: invoiceIds } },
        orderBy: { position: 'asc' },
      }),
    ({ invoiceId }) => invoiceId,
  );
  const openBySubscription = batchMany<Invoice>(
    (providerIds) =>
      database.invoice.findMany({
        where: { providerSubscriptionId: { in: providerIds }, status: 'OPEN' },
        orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }],
      }),
    ({ providerSubscriptionId }) => providerSubscriptionId ?? '',
  );

  return {
    find: byId.load,
    listLines: lines.load,
    /** Open bills of a subscription, newest first. */
    listOpen: openBySubscription.load,
    findByProvider: (providerId: string) => database.invoice.findUnique({ where: { providerId } }),
    count: (userId: string) => database.invoice.count({ where: { userId } }),
    /** A learner's bills, newest first, behind the last one seen. */
    listOf(
      userId: string,
      page: { take: number; after: { issuedAt: Date; id: string } | null },
    ): Promise<Invoice[]> {
      const { take, after } = page;
      const behind: Prisma.InvoiceWhereInput = after
        ? { OR: [{ issuedAt: { lt: after.issuedAt } }, { issuedAt: after.issuedAt, id: { lt: after.id } }] }
        : {};
      return database.invoice.findMany({
        where: { userId, ...behind },
        orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }],
        take,
      });
    },
    /** Writes the bill and replaces its lines. */
    async save(
      existingId: string | null,
      row: Omit<Prisma.InvoiceUncheckedCreateInput, 'id' | 'lines'>,
      newLines: Omit<InvoiceLine, 'invoiceId'>[],
    ): Promise<void> {
      const id = existingId ?? newId('Invoice');
      if (existingId === null) await database.invoice.create({ data: { ...row, id } });
      else await database.invoice.update({ where: { id }, data: row });
      await database.invoiceLine.deleteMany({ where: { invoiceId: id } });
      await database.invoiceLine.createMany({ data: newLines.map((line) => ({ ...line, invoiceId: id })) });
      for (const batch of [byId, lines, openBySubscription]) batch.forget();
    },
    forget() {
      for (const batch of [byId, lines, openBySubscription]) batch.forget();
    },
  };
}
