import { newId } from '@studymate/contracts';
import type { Invoice, InvoiceLine, Prisma, SubscriptionDatabase } from '@studymate/database/subscription';
import { batchMany, batchOne, batchPages } from '../batch.ts';

export type InvoiceRepository = ReturnType<typeof createInvoiceRepository>;

/** The newest bills of many learners, `take` of each. */
const createFirstPages = (database: SubscriptionDatabase, take: number) =>
  batchMany<Invoice>(
    async (userIds) => {
      const rows = await database.$queryRaw<{ id: string }[]>`
        select "newest"."id" from unnest(${userIds}::text[]) as "learner"("id") cross join lateral (
          select "id" from "Invoice" where "userId" = "learner"."id" order by "issuedAt" desc, "id" desc limit ${take}
        ) as "newest"`;
      const where = { id: { in: rows.map(({ id }) => id) } };
      return database.invoice.findMany({ where, orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }] });
    },
    ({ userId }) => userId,
  );

const createCounts = (database: SubscriptionDatabase) =>
  batchOne(
    (userIds) =>
      database.invoice.groupBy({ by: ['userId'], where: { userId: { in: userIds } }, _count: true }),
    ({ userId }) => userId,
  );

interface InvoicePosition {
  readonly take: number;
  readonly after: { readonly issuedAt: Date; readonly id: string } | null;
}

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

  const counts = createCounts(database);
  const pages = batchPages<Invoice>((take) => createFirstPages(database, take));
  const forget = () => {
    pages.forget();
    for (const batch of [byId, lines, openBySubscription, counts]) batch.forget();
  };

  return {
    find: byId.load,
    listLines: lines.load,
    /** Open bills of a subscription, newest first. */
    listOpen: openBySubscription.load,
    findByProvider: (providerId: string) => database.invoice.findUnique({ where: { providerId } }),
    count: async (userId: string): Promise<number> => (await counts.load(userId))?._count ?? 0,
    /** A learner's bills, newest first, behind the last one seen. */
    async listOf(userId: string, { take, after }: InvoicePosition): Promise<readonly Invoice[]> {
      if (after === null) return pages.load(userId, take);
      const behind = [
        { issuedAt: { lt: after.issuedAt } },
        { issuedAt: after.issuedAt, id: { lt: after.id } },
      ];
      const where = { userId, OR: behind };
      return database.invoice.findMany({ where, orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }], take });
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
      forget();
    },
    forget,
  };
}
