/** What the platform tables need of a Prisma client or transaction; every domain's client has it. */
export interface PlatformDatabase {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
  $queryRaw<Rows>(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<Rows>;
}

/** A Prisma client that can open a transaction over `Database`. */
export interface TransactionalClient<Database> extends PlatformDatabase {
  $transaction<Result>(
    work: (database: Database) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>;
}

/** True when the database answers; the connection's own time-out bounds the wait. */
export async function canReach(database: PlatformDatabase): Promise<boolean> {
  try {
    await database.$queryRaw`select 1`;
    return true;
  } catch {
    return false;
  }
}
