import type { AuditEntry, AuthDatabase, Prisma } from '@studymate/database/auth';
import type { AuditFacts } from '@studymate/privacy';

export type AuditRepository = ReturnType<typeof createAuditRepository>;

/** Adds to the audit log, and reads it. */
export function createAuditRepository(database: AuthDatabase) {
  return {
    /** Holds off every other transaction that is about to add a row, until this one ends; answers the last row. */
    async lockEnd(): Promise<AuditEntry | null> {
      await database.$executeRaw`select pg_advisory_xact_lock(7202)`;
      return database.auditEntry.findFirst({ orderBy: { sequence: 'desc' } });
    },
    async append({ details, ...facts }: AuditFacts, hash: string): Promise<void> {
      await database.auditEntry.create({
        data: { ...facts, details: details as Prisma.InputJsonObject, hash },
      });
    },
    findLast: (): Promise<AuditEntry | null> =>
      database.auditEntry.findFirst({ orderBy: { sequence: 'desc' } }),

    /** Whom the log calls a user; made at the first act. */
    async pseudonymOf(userId: string, fresh: string): Promise<string> {
      await database.auditSubject.createMany({ data: [{ userId, pseudonym: fresh }], skipDuplicates: true });
      const { pseudonym } = await database.auditSubject.findUniqueOrThrow({ where: { userId } });
      return pseudonym;
    },
  };
}
