import type { Role } from '@studymate/contracts';
import type { AuthDatabase, User } from '@studymate/database/auth';
import type { Envelope, FieldCipher } from '@studymate/database/encryption';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import { type PersonalField, readPersonal, sealPersonal } from './personal-data.ts';

export type UserRepository = ReturnType<typeof createUserRepository>;

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly roles: readonly Role[];
  readonly at: Date;
}

/** Fields of a profile; the personal ones come in plain and are stored encrypted. */
export interface ProfileChanges {
  readonly displayName?: string;
  readonly avatarUrl?: string | null;
  readonly avatarKey?: string | null;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly dayStartMinutes?: number;
  readonly phoneNumber?: string | null;
  readonly birthDate?: string | null;
  readonly email?: string;
  readonly roles?: readonly Role[];
  readonly disabledAt?: Date | null;
  readonly disabledReason?: string | null;
}

const matching = (search: string | null) =>
  search === null
    ? {}
    : {
        OR: (['email', 'displayName'] as const).map((field) => ({
          [field]: { startsWith: search, mode: 'insensitive' as const },
        })),
      };

const behind = (cursor: Page['cursor']) => {
  const [createdAt, id] = cursor ?? [];
  if (createdAt === undefined || id === undefined) return {};
  const at = new Date(createdAt);
  return { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] };
};

interface Encryption {
  readonly envelope: Envelope;
  readonly cipher: Pick<FieldCipher, 'blindIndex'>;
}

interface UserOptions extends Encryption {
  /** Told of each account that changes, so that nobody goes on with what was kept of it. */
  readonly changed: (id: string) => Promise<void>;
}

/** The columns that hold the changes, personal ones encrypted. */
async function columnsOf({ envelope, cipher }: Encryption, userId: string, changes: ProfileChanges) {
  const { phoneNumber, birthDate, roles, ...plain } = changes;
  const seal = (field: PersonalField, value: string | null) =>
    sealPersonal(envelope, userId, { field, value });
  return {
    ...plain,
    ...(roles && { roles: [...roles] }),
    ...(phoneNumber !== undefined && {
      phoneNumberCipher: await seal('phoneNumber', phoneNumber),
      phoneNumberIndex: phoneNumber === null ? null : cipher.blindIndex('phoneNumber', phoneNumber),
    }),
    ...(birthDate !== undefined && { birthDateCipher: await seal('birthDate', birthDate) }),
  };
}

/** Reads and writes accounts, encrypting what is personal. One per request, so `find` batches. */
export function createUserRepository(database: AuthDatabase, options: UserOptions) {
  const byId = new DataLoader<string, User | null>(async (ids) => {
    const users = await database.user.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(users.map((user) => [user.id, user]));
    return ids.map((id) => found.get(id) ?? null);
  });

  return {
    find: (id: string) => byId.load(id),
    /** One statement whether or not there is such an account, so that both take the same time. */
    findByEmail: (email: string) =>
      database.user.findUnique({
        where: { email },
        include: { credential: true },
        relationLoadStrategy: 'join',
      }),
    /** Holds off every other transaction that is about to give the address to an account. */
    lockEmail: (email: string) =>
      database.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${email}, 7201))`,
    create: ({ at, roles, ...user }: NewUser) =>
      database.user.create({
        data: { ...user, roles: [...roles], emailVerifiedAt: at, createdAt: at, updatedAt: at },
      }),
    /** Writes the changes on top of the version the writer saw; null when there is a newer one. */
    async update(
      user: Pick<User, 'id' | 'version'>,
      changes: ProfileChanges,
      at: Date,
    ): Promise<User | null> {
      byId.clear(user.id);
      const columns = await columnsOf(options, user.id, changes);
      const [updated] = await database.user.updateManyAndReturn({
        where: { id: user.id, version: user.version },
        data: { ...columns, version: { increment: 1 }, updatedAt: at },
      });
      await options.changed(user.id);
      return updated ?? null;
    },
    /** Not a change that its owner makes or others would overwrite: the version stays. */
    async setPlan(id: string, planCode: string | null): Promise<void> {
      byId.clear(id);
      await database.user.updateMany({ where: { id }, data: { planCode } });
      await options.changed(id);
    },
    page: (page: Page, search: string | null) =>
      database.user.findMany({
        where: { AND: [matching(search), behind(page.cursor)] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.take,
      }),
    count: (search: string | null) => database.user.count({ where: matching(search) }),
    personal: (user: User, field: PersonalField) => readPersonal(options.envelope, user, field),

    recordTimeZoneChange: (change: {
      readonly id: string;
      readonly userId: string;
      readonly before: string;
      readonly after: string;
      readonly at: Date;
    }) => database.timeZoneChange.create({ data: change }),
    timeZoneChangesSince: (userId: string, since: Date) =>
      database.timeZoneChange.findMany({ where: { userId, at: { gt: since } }, orderBy: { at: 'asc' } }),
  };
}
