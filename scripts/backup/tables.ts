import { quoteIdentifier } from '@studymate/schema-engine/connection';
import type pg from 'pg';
import type { Fingerprint } from './manifest.ts';

/** Where migrations are noted: the one table that restoring writes by running them. */
const ownTable = '_prisma_migrations';

export interface Table {
  readonly name: string;
  /** Those that are written, not computed. */
  readonly columns: string[];
}

/** Has values read as text that is the same on every server. */
export const setPlainText = (client: pg.Client) =>
  client.query(
    "set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601'; set extra_float_digits = 1",
  );

export async function listTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select t.table_name as name, array_agg(c.column_name::text order by c.column_name) as columns
     from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
     where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and t.table_name <> $1
       and c.is_generated = 'NEVER'
     group by 1 order by 1`,
    [ownTable],
  );
  return rows;
}

export const columnList = ({ columns }: Pick<Table, 'columns'>) => columns.map(quoteIdentifier).join(', ');

/** How many rows a table has, and the MD5 of the sorted MD5s of its rows. */
export async function fingerprint(client: pg.Client, table: Table): Promise<Fingerprint> {
  const { rows } = await client.query<Fingerprint>(
    `select count(*)::int as rows, md5(coalesce(string_agg(digest, '' order by digest), '')) as md5
     from (select md5(row(${columnList(table)})::text) as digest from ${quoteIdentifier(table.name)}) as digests`,
  );
  const [found] = rows;
  if (!found) throw new Error(`${table.name} cannot be counted.`);
  return found;
}

export async function listSequences(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string }>(
    "select sequencename as name from pg_sequences where schemaname = 'public' order by 1",
  );
  const next: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: values } = await client.query<{ next: string }>(
      `select (last_value + case when is_called then 1 else 0 end)::text as next from ${quoteIdentifier(name)}`,
    );
    next[name] = values[0]?.next ?? '1';
  }
  return next;
}

export async function listMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select migration_name as name from ${quoteIdentifier(ownTable)}
     where finished_at is not null and rolled_back_at is null order by 1`,
  );
  return rows.map(({ name }) => name);
}
