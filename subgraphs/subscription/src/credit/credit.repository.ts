import { newId, newRowId } from '@studymate/contracts';
import type {
  CreditAccount,
  CreditGrant,
  CreditReservation,
  LedgerEntry,
  ReservationHold,
  SubscriptionDatabase,
} from '@studymate/database/subscription';
import { batchMany, batchOne, batchPages } from '../batch.ts';

export type CreditRepository = ReturnType<typeof createCreditRepository>;

export type HeldReservation = CreditReservation & { holds: ReservationHold[] };

function createAccounts(database: SubscriptionDatabase) {
  const accounts = batchOne<CreditAccount>(
    (userIds) => database.creditAccount.findMany({ where: { userId: { in: userIds } } }),
    ({ userId }) => userId,
  );
  return {
    findAccount: accounts.load,
    forgetAccounts: accounts.forget,
    /** The account, made when it is missing, locked until the transaction ends. */
    async lockAccount(userId: string): Promise<CreditAccount> {
      await database.$executeRaw`insert into "CreditAccount" ("userId") values (${userId}) on conflict do nothing`;
      const [account] = await database.$queryRaw<CreditAccount[]>`
        select "userId", "balance", "reserved" from "CreditAccount" where "userId" = ${userId} for update`;
      if (!account) throw new Error(`The credit account of ${userId} is gone.`);
      return account;
    },
    async saveAccount({ userId, balance, reserved }: CreditAccount): Promise<void> {
      accounts.forget();
      await database.creditAccount.update({ where: { userId }, data: { balance, reserved } });
    },
  };
}

function createGrants(database: SubscriptionDatabase) {
  const grants = batchOne<CreditGrant>(
    (ids) => database.creditGrant.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const left = batchMany<CreditGrant>(
    (userIds) =>
      database.creditGrant.findMany({
        where: { userId: { in: userIds }, remaining: { gt: 0 } },
        orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
      }),
    ({ userId }) => userId,
  );
  return {
    findGrant: grants.load,
    /** Grants with something left, soonest to expire first, for showing; spending reads them under the lock. */
    listLeft: left.load,
    forgetGrants() {
      grants.forget();
      left.forget();
    },
    newGrantId: () => newRowId(),
    /** Grants with something left, expired ones included. */
    spendableGrants: (userId: string) =>
      database.creditGrant.findMany({
        where: { userId, remaining: { gt: 0 } },
        orderBy: { expiresAt: 'asc' },
      }),
    grantsLike: (userId: string, referencePrefix: string) =>
      database.creditGrant.findMany({ where: { userId, reference: { startsWith: referencePrefix } } }),
    /** False when the learner already has a grant of that reference. */
    async createGrant(grant: Omit<CreditGrant, 'held' | 'remaining'>): Promise<boolean> {
      const { count } = await database.creditGrant.createMany({
        data: [{ ...grant, remaining: grant.amount }],
        skipDuplicates: true,
      });
      return count === 1;
    },
    changeGrant: (id: string, change: { remaining: number; held: number }) =>
      database.creditGrant.update({
        where: { id },
        data: { remaining: { increment: change.remaining }, held: { increment: change.held } },
      }),
    getGrants: (ids: string[]) => database.creditGrant.findMany({ where: { id: { in: ids } } }),

    /** Learners with credits that have run out, at most `limit` of them. */
    async usersWithExpired(now: Date, limit: number): Promise<string[]> {
      const rows = await database.creditGrant.findMany({
        where: { expiresAt: { lte: now }, remaining: { gt: 0 } },
        distinct: ['userId'],
        select: { userId: true },
        take: limit,
      });
      return rows.map(({ userId }) => userId);
    },
  };
}

const createReservations = (database: SubscriptionDatabase) => ({
  findReservation: (generationId: string): Promise<HeldReservation | null> =>
    database.creditReservation.findUnique({ where: { generationId }, include: { holds: true } }),
  createReservation: (
    reservation: Omit<CreditReservation, 'captured' | 'state'>,
    holds: { grantId: string; amount: number }[],
  ) =>
    database.creditReservation.create({
      data: { ...reservation, state: 'HELD', holds: { createMany: { data: holds } } },
    }),
  settleReservation: (generationId: string, captured: number) =>
    database.creditReservation.update({ where: { generationId }, data: { state: 'SETTLED', captured } }),

  async staleReservations(now: Date, limit: number): Promise<string[]> {
    const rows = await database.creditReservation.findMany({
      where: { state: 'HELD', expiresAt: { lte: now } },
      orderBy: { expiresAt: 'asc' },
      select: { generationId: true },
      take: limit,
    });
    return rows.map(({ generationId }) => generationId);
  },
});

/** The newest lines of many ledgers, `take` of each. */
const createFirstPages = (database: SubscriptionDatabase, take: number) =>
  batchMany<LedgerEntry>(
    async (userIds) => {
      const rows = await database.$queryRaw<{ id: string }[]>`
        select "newest"."id" from unnest(${userIds}::text[]) as "learner"("id") cross join lateral (
          select "id" from "LedgerEntry" where "userId" = "learner"."id" order by "sequence" desc limit ${take}
        ) as "newest"`;
      const where = { id: { in: rows.map(({ id }) => id) } };
      return database.ledgerEntry.findMany({ where, orderBy: { sequence: 'desc' } });
    },
    ({ userId }) => userId,
  );

function createLedger(database: SubscriptionDatabase) {
  const entries = batchOne<LedgerEntry>(
    (ids) => database.ledgerEntry.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const pages = batchPages<LedgerEntry>((take) => createFirstPages(database, take));
  return {
    findEntry: entries.load,
    forgetEntries() {
      entries.forget();
      pages.forget();
    },
    appendEntry: (entry: Omit<LedgerEntry, 'id' | 'sequence'>) =>
      database.ledgerEntry.create({ data: { ...entry, id: newId('LedgerEntry') } }),

    /** Lines of the ledger, newest first, behind `before` (a sequence number). */
    async listEntries(
      userId: string,
      page: { take: number; before: bigint | null },
    ): Promise<readonly LedgerEntry[]> {
      const { take, before } = page;
      if (before === null) return pages.load(userId, take);
      const where = { userId, sequence: { lt: before } };
      return database.ledgerEntry.findMany({ where, orderBy: { sequence: 'desc' }, take });
    },
  };
}

/** Reads and writes accounts, grants, reservations and ledger lines. Writes need the account's lock. */
export function createCreditRepository(database: SubscriptionDatabase) {
  const accounts = createAccounts(database);
  const grants = createGrants(database);
  const ledger = createLedger(database);
  return {
    ...accounts,
    ...grants,
    ...ledger,
    ...createReservations(database),
    forget() {
      accounts.forgetAccounts();
      grants.forgetGrants();
      ledger.forgetEntries();
    },
  };
}
