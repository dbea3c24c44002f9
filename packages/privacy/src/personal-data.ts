import { conditionOf, type DomainTables, type PersonalTable, quote } from './tables.ts';

/** What is needed of a Prisma client or transaction; table and column names are the declaration's, never a caller's. */
export interface OpenDatabase {
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>;
  $queryRawUnsafe<Rows>(query: string, ...values: unknown[]): PromiseLike<Rows>;
}

export type Row = Readonly<Record<string, unknown>>;

/** Rows by table, in the order of the declaration; tables without any are there, too. */
export type RowsByTable = Readonly<Record<string, readonly Row[]>>;

export type RowCounts = Record<string, number>;

/** A row of a type that caches know. */
export interface CachedEntity {
  readonly typename: string;
  readonly id: string;
}

export type PersonalData = ReturnType<typeof createPersonalData>;

const without = (columns: readonly string[] = []) => columns.map((column) => ` - '${column}'`).join('');

/** The assignments that anonymise a row; `$2` is the pseudonym. */
const assignmentsOf = (anonymise: NonNullable<PersonalTable['anonymise']>): string =>
  Object.entries(anonymise)
    .map(([column, value]) => `${quote(column)} = ${value === null ? 'null' : '$2'}`)
    .join(', ');

/** Reads and erases all that one domain's tables have of a person, as its declaration says. */
export function createPersonalData(database: OpenDatabase, { personal }: DomainTables) {
  const entries: readonly [string, PersonalTable][] = Object.entries(personal);
  const where = (name: string) => `from ${quote(name)} where ${conditionOf(personal, name)}`;

  return {
    /** As PostgreSQL writes them in JSON; instants in RFC 3339. */
    async collect(userId: string): Promise<RowsByTable> {
      const found: Record<string, Row[]> = {};
      for (const [name, { withhold }] of entries) {
        const rows = await database.$queryRawUnsafe<{ row: Row }[]>(
          `select to_jsonb(${quote(name)})${without(withhold)} as row ${where(name)}`,
          userId,
        );
        found[name] = rows.map(({ row }) => row);
      }
      return found;
    },

    /** Keys of object storage that the person's rows hold; to erase: those that no row of another holds. */
    async listObjectKeys(userId: string, purpose: 'EXPORT' | 'ERASURE'): Promise<string[]> {
      const keys: string[] = [];
      for (const [name, { objects = [], unexportedObjects = [] }] of entries) {
        const columns = purpose === 'EXPORT' ? objects : [...objects, ...unexportedObjects];
        for (const column of columns.map(quote)) {
          const others = `select ${column} from ${quote(name)}
            where ${column} is not null and (${conditionOf(personal, name)}) is not true`;
          const rows = await database.$queryRawUnsafe<{ key: string }[]>(
            `select ${column} as key ${where(name)} and ${column} is not null
             ${purpose === 'ERASURE' ? `and ${column} not in (${others})` : ''}`,
            userId,
          );
          keys.push(...rows.map(({ key }) => key));
        }
      }
      return [...new Set(keys)];
    },

    /** The person's rows of types that caches keep. */
    async listCached(userId: string): Promise<CachedEntity[]> {
      const found: CachedEntity[] = [];
      for (const [name, { cachedAs }] of entries) {
        if (cachedAs === undefined) continue;
        const rows = await database.$queryRawUnsafe<{ id: string }[]>(`select "id" ${where(name)}`, userId);
        found.push(...rows.map(({ id }) => ({ typename: cachedAs, id })));
      }
      return found;
    },

    /**
     * Deletes the rows, children first, or has them speak of the pseudonym where they must stay; counts them per table.
     * What the domain was about to tell others of the person, and the answers kept for their repeated requests, go, too.
     */
    async erase(userId: string, pseudonym: string): Promise<RowCounts> {
      const counts: RowCounts = {};
      for (const [name, { anonymise }] of entries.toReversed()) {
        if (!anonymise) counts[name] = await database.$executeRawUnsafe(`delete ${where(name)}`, userId);
        else if (Object.keys(anonymise).length > 0) {
          counts[name] = await database.$executeRawUnsafe(
            `update ${quote(name)} set ${assignmentsOf(anonymise)}
             where ${conditionOf(personal, name)} and $2::text is not null`,
            userId,
            pseudonym,
          );
        }
      }
      await database.$executeRawUnsafe(`delete from "IdempotencyRecord" where "ownerId" = $1`, userId);
      await database.$executeRawUnsafe(
        `delete from "OutboxEntry" where "orderKey" = $1 or position($1 in "payload"::text) > 0`,
        userId,
      );
      return counts;
    },
  };
}
