import type { FieldCipher } from './encryption.ts';

/** One connection to a domain's database; a client of node-postgres is one. */
export interface Connection {
  query<Row extends object>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** A column of encrypted values. By their names: they end in `Cipher`, and `id` tells the row. */
export interface CipherColumn {
  readonly table: string;
  readonly column: string;
}

/** The columns of encrypted values in a database. */
export async function listCipherColumns(connection: Connection): Promise<CipherColumn[]> {
  const { rows } = await connection.query<CipherColumn>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = current_schema() and column_name like '%Cipher' order by 1, 2`,
  );
  return rows;
}

/** How many values each key has encrypted, by key id. */
export async function countByKey(
  connection: Connection,
  { table, column }: CipherColumn,
): Promise<Map<string, number>> {
  const { rows } = await connection.query<{ key: string; count: number }>(
    `select split_part("${column}", '.', 2) as key, count(*)::int as count
     from "${table}" where "${column}" is not null group by 1 order by 1`,
  );
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/**
 * Writes anew what an older key has encrypted, a batch at a time in the order of ids; answers how many values. Others
 * may read and write meanwhile: a value that changed in between is theirs, and stays. May be stopped and run again.
 */
export async function reencrypt(
  connection: Connection,
  cipher: FieldCipher,
  { table, column, batch = 200 }: CipherColumn & { readonly batch?: number },
): Promise<number> {
  let rewritten = 0;
  for (let after = ''; ; ) {
    const { rows } = await connection.query<{ id: string; sealed: string }>(
      `select "id", "${column}" as sealed from "${table}"
       where "id" > $1 and "${column}" is not null order by "id" limit $2`,
      [after, batch],
    );
    for (const { id, sealed } of rows) {
      if (!cipher.isStale(sealed)) continue;
      const place = { table, column, rowId: id };
      const { rowCount } = await connection.query(
        `update "${table}" set "${column}" = $1 where "id" = $2 and "${column}" = $3`,
        [cipher.encrypt(place, cipher.decrypt(place, sealed)), id, sealed],
      );
      rewritten += rowCount ?? 0;
    }
    const last = rows.at(-1);
    if (!last) return rewritten;
    after = last.id;
  }
}
