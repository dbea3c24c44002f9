import { cpSync, createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { quoteIdentifier, withClient } from '@studymate/schema-engine/connection';
import { deploy } from '@studymate/schema-engine/migrate';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import { migrationsOf } from '../launcher/workspace.ts';
import type { DatabaseBackup, TableBackup } from './manifest.ts';
import {
  columnList,
  fingerprint,
  listMigrations,
  listSequences,
  listTables,
  setPlainText,
} from './tables.ts';

/** A database as it is at one moment, whatever is written meanwhile. */
export interface Snapshot {
  readonly domain: string;
  readonly client: pg.Client;
}

/** Opens a snapshot; all of a house are opened before the first is read. */
export async function openSnapshot(domain: string, url: string): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await setPlainText(client);
  await client.query('begin isolation level repeatable read read only');
  await client.query('select 1');
  return { domain, client };
}

/** Writes every table of a snapshot below the backup's folder, as `COPY` has it, packed. */
export async function dumpDatabase({ domain, client }: Snapshot, directory: string): Promise<DatabaseBackup> {
  mkdirSync(join(directory, 'databases', domain), { recursive: true });
  const tables: TableBackup[] = [];
  for (const table of await listTables(client)) {
    const file = join('databases', domain, `${table.name}.copy.gz`);
    const statement = `copy (select ${columnList(table)} from ${quoteIdentifier(table.name)}) to stdout`;
    await pipeline(
      client.query(to(statement)),
      createGzip({ level: 1 }),
      createWriteStream(join(directory, file)),
    );
    tables.push({ ...table, ...(await fingerprint(client, table)), file });
  }
  return { migrations: await listMigrations(client), tables, sequences: await listSequences(client) };
}

/** Whether a database holds anything but its structure. */
export async function holdsRows(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    for (const { name } of await listTables(client)) {
      const { rowCount } = await client.query(`select 1 from ${quoteIdentifier(name)} limit 1`);
      if (rowCount !== 0) return true;
    }
    return false;
  });
}

/** Drops what migrations make. Dropping the schema would need more rights than a domain's role has before version 15. */
const clear = `
do $$ declare statement text; begin
  for statement in
    select format('drop table if exists public.%I cascade', tablename) from pg_tables where schemaname = 'public'
    union all
    select format('drop type if exists public.%I cascade', typname) from pg_type
    where typnamespace = 'public'::regnamespace and typtype = 'e'
    union all
    select format('drop function if exists %s cascade', oid::regprocedure) from pg_proc
    where pronamespace = 'public'::regnamespace
  loop execute statement; end loop;
end $$`;

/** The structure that the backup had: its migrations, and no later ones. */
async function migrateTo(domain: string, url: string, { migrations }: DatabaseBackup): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'studymate-migrations-'));
  try {
    for (const name of ['migration_lock.toml', ...migrations]) {
      cpSync(join(migrationsOf(domain), name), join(folder, name), { recursive: true });
    }
    await deploy({ url, migrations: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Runs work without foreign keys, and has them hold again for every row after it. */
async function withoutForeignKeys(client: pg.Client, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<ForeignKey>(
    `select conrelid::regclass::text as "table", quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${name}`);
  await work();
  for (const { table, name, definition } of rows) {
    await client.query(`alter table ${table} add constraint ${name} ${definition}`);
  }
}

/** Fills a database, whose content it replaces, in one transaction; then brings it to the newest migration. */
export async function restoreDatabase(
  { domain, url }: { readonly domain: string; readonly url: string },
  backup: DatabaseBackup,
  directory: string,
): Promise<void> {
  await withClient(url, (client) => client.query(clear));
  await migrateTo(domain, url, backup);
  await withClient(url, async (client) => {
    await setPlainText(client);
    await client.query('begin');
    await withoutForeignKeys(client, async () => {
      for (const table of backup.tables) {
        const name = quoteIdentifier(table.name);
        // A migration may have filled it.
        await client.query(`delete from ${name}`);
        await pipeline(
          createReadStream(join(directory, table.file)),
          createGunzip(),
          client.query(from(`copy ${name} (${columnList(table)}) from stdin`)),
        );
      }
    });
    for (const [name, next] of Object.entries(backup.sequences)) {
      await client.query('select setval($1::regclass, $2, false)', [quoteIdentifier(name), next]);
    }
    await client.query('commit');
  });
  await requireSame(domain, url, backup);
  await deploy({ url, migrations: migrationsOf(domain) });
}

/** Throws unless each table holds what it held. */
async function requireSame(domain: string, url: string, { tables }: DatabaseBackup): Promise<void> {
  await withClient(url, async (client) => {
    await setPlainText(client);
    for (const table of tables) {
      const { rows, md5 } = await fingerprint(client, table);
      if (rows !== table.rows || md5 !== table.md5) {
        throw new Error(
          `${domain}.${table.name} has ${rows} rows (${md5}) instead of ${table.rows} (${table.md5}).`,
        );
      }
    }
  });
}
