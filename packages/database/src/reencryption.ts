import type { FieldCipher } from './encryption.ts';
import { createEnvelope, isEnveloped } from './envelope.ts';
import type { PlatformDatabase } from './platform.ts';

/** One connection to a domain's database; a client of node-postgres is one. */
export interface Connection {
  query<Row extends object>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/**
 * A column of encrypted values. By their names: they end in `Cipher`, and `id` tells the row. What has an owner is sealed
 * by the owner's key: a user's own row, and every row with a `userId`. All else is wrapped by a key of the installation.
 */
export interface CipherColumn {
  readonly table: string;
  readonly column: string;
  readonly owner: 'id' | 'userId' | null;
}

/** The columns of encrypted values in a database. */
export async function listCipherColumns(connection: Connection): Promise<CipherColumn[]> {
  const { rows } = await connection.query<CipherColumn>(
    `select table_name as "table", column_name as "column",
       case when table_name = 'User' then 'id'
         when exists (select 1 from information_schema.columns own where own.table_schema = current_schema()
           and own.table_name = field.table_name and own.column_name = 'userId') then 'userId' end as owner
     from information_schema.columns field
     where table_schema = current_schema() and column_name like '%Cipher' order by 1, 2`,
  );
  return rows;
}

/** The name under which `countByKey` gives all keys of owners together. */
export const keysOfOwners = 'keys of their owners';

/** How many values each key has encrypted, by key id. */
export async function countByKey(
  connection: Connection,
  { table, column }: Pick<CipherColumn, 'table' | 'column'>,
): Promise<Map<string, number>> {
  const { rows } = await connection.query<{ key: string; count: number }>(
    `select case when "${column}" like 'v1.dk\\_%' then $1 else split_part("${column}", '.', 2) end as key,
       count(*)::int as count
     from "${table}" where "${column}" is not null group by 1 order by 1`,
    [keysOfOwners],
  );
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/** The platform's queries over a plain connection. */
function platformOver(connection: Connection): PlatformDatabase {
  const run = (query: TemplateStringsArray, values: unknown[]) =>
    connection.query(query.map((part, index) => (index === 0 ? part : `$${index}${part}`)).join(''), values);
  return {
    $executeRaw: async (query, ...values) => (await run(query, values)).rowCount ?? 0,
    $queryRaw: async <Rows>(query: TemplateStringsArray, ...values: unknown[]) =>
      (await run(query, values)).rows as Rows,
  };
}

interface StoredValue {
  readonly id: string;
  readonly owner: string;
  readonly sealed: string;
}

/** Whether and how the values of a column are to be written anew. */
function renewalOf(connection: Connection, cipher: FieldCipher, { table, column, owner }: CipherColumn) {
  const envelope = createEnvelope(platformOver(connection), cipher);
  const placeOf = (id: string) => ({ table, column, rowId: id });
  return owner === null
    ? {
        isDue: cipher.isStale,
        renew: async ({ id, sealed }: StoredValue) =>
          cipher.encrypt(placeOf(id), cipher.decrypt(placeOf(id), sealed)),
      }
    : {
        isDue: (sealed: string) => !isEnveloped(sealed),
        renew: ({ id, owner: ownerId, sealed }: StoredValue) =>
          envelope.seal(ownerId, placeOf(id), cipher.decrypt(placeOf(id), sealed)),
      };
}

/**
 * Writes anew what an older key of the installation has encrypted, a batch at a time in the order of ids, and what it
 * encrypted although it has an owner; answers how many values. Others may read and write meanwhile: a value that changed
 * in between is theirs, and stays. May be stopped and run again.
 */
export async function reencrypt(
  connection: Connection,
  cipher: FieldCipher,
  target: CipherColumn & { readonly batch?: number },
): Promise<number> {
  const { table, column, owner, batch = 200 } = target;
  const renewal = renewalOf(connection, cipher, target);
  let rewritten = 0;
  for (let after = ''; ; ) {
    const { rows } = await connection.query<StoredValue>(
      `select "id", "${owner ?? 'id'}" as owner, "${column}" as sealed from "${table}"
       where "id" > $1 and "${column}" is not null order by "id" limit $2`,
      [after, batch],
    );
    for (const value of rows) {
      if (!renewal.isDue(value.sealed)) continue;
      const { rowCount } = await connection.query(
        `update "${table}" set "${column}" = $1 where "id" = $2 and "${column}" = $3`,
        [await renewal.renew(value), value.id, value.sealed],
      );
      rewritten += rowCount ?? 0;
    }
    const last = rows.at(-1);
    if (!last) return rewritten;
    after = last.id;
  }
}
