import type { AccountMail, AccountMailKind, AuthDatabase } from '@studymate/database/auth';

export type AccountMailRepository = ReturnType<typeof createAccountMailRepository>;

export interface NewAccountMail {
  readonly id: string;
  readonly kind: AccountMailKind;
  readonly recipient: string;
  readonly locale: string;
  readonly userId: string | null;
  readonly registrationId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Reads and writes the account's mails, which are also the rows that mailed tokens lead to. */
export function createAccountMailRepository(database: AuthDatabase) {
  return {
    find: (id: string): Promise<AccountMail | null> => database.accountMail.findUnique({ where: { id } }),
    create: (mail: NewAccountMail): Promise<AccountMail> => database.accountMail.create({ data: mail }),
    bindTo: (id: string, registrationId: string) =>
      database.accountMail.update({ where: { id }, data: { registrationId } }),
    markSent: (id: string, sentAt: Date) => database.accountMail.update({ where: { id }, data: { sentAt } }),
    markSuperseded: (id: string, supersededAt: Date) =>
      database.accountMail.update({ where: { id }, data: { supersededAt } }),

    countSentSince: (recipient: string, kind: AccountMailKind, since: Date) =>
      database.accountMail.count({ where: { recipient, kind, sentAt: { gte: since } } }),

    /** Ends the tokens of earlier mails of the kind to the same address; ids grow with time. */
    supersedeEarlier: ({ id, kind, recipient }: AccountMail, at: Date) =>
      database.accountMail.updateMany({
        where: { kind, recipient, id: { lt: id }, usedAt: null, supersededAt: null },
        data: { supersededAt: at },
      }),

    /** Uses up the mail's token: of any number of parallel calls one gets the row, the others null. */
    async consume(id: string, kind: AccountMailKind, at: Date): Promise<AccountMail | null> {
      const [mail] = await database.accountMail.updateManyAndReturn({
        where: { id, kind, usedAt: null, supersededAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      });
      return mail ?? null;
    },
  };
}
