import { join, type Sql, sqltag as sql } from '@prisma/client/runtime/client';

export { empty as nothing, type Sql, sqltag as sql } from '@prisma/client/runtime/client';

interface RawReads {
  $queryRaw<Rows>(query: Sql): PromiseLike<Rows>;
}

/**
 * Answers a select's rows as JSON has them: numbers as JavaScript has them, and instants as text, save in the columns
 * that `instants` names.
 */
export type ReadTogether = <Row extends object>(
  read: Sql,
  instants?: readonly (keyof Row & string)[],
) => Promise<Row[]>;

interface Waiting {
  readonly read: Sql;
  readonly resolve: (rows: Record<string, unknown>[]) => void;
  readonly reject: (error: unknown) => void;
}

const toInstant = (value: unknown): Date | null => (typeof value === 'string' ? new Date(value) : null);

/**
 * Sends the reads that are asked for in one turn of the event loop as one statement: a page that shows ten small things
 * asks the database once. They see the same moment; when one fails all do. One is to serve one request.
 */
export function readTogether(database: RawReads): ReadTogether {
  let waiting: Waiting[] = [];

  async function send(): Promise<void> {
    const reads = waiting;
    waiting = [];
    try {
      const columns = reads.map(
        ({ read }) => sql`(select coalesce(json_agg(found), '[]') from (${read}) as found)`,
      );
      const [row] = await database.$queryRaw<{ rows: Record<string, unknown>[][] }[]>(
        sql`select to_json(array[${join(columns)}]) as "rows"`,
      );
      for (const [index, { resolve }] of reads.entries()) resolve(row?.rows[index] ?? []);
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  }

  return async <Row extends object>(read: Sql, instants: readonly (keyof Row & string)[] = []) => {
    const rows = await new Promise<Record<string, unknown>[]>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void send());
      waiting.push({ read, resolve, reject });
    });
    for (const row of rows) for (const name of instants) row[name] = toInstant(row[name]);
    return rows as Row[];
  };
}
