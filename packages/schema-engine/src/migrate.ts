import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import { createDatabase, databaseExists } from './connection.ts';
import { type OpenEngine, openEngine } from './engine.ts';

const noFilters = { externalTables: [], externalEnums: [] };
const lockfile = 'migration_lock.toml';
const postgresLock = 'provider = "postgresql"\n';
const emptyScript = '-- This is an empty migration.';

/** How a database stands against a folder of migrations. */
export interface MigrationStatus {
  readonly pending: string[];
  readonly failed: string[];
  readonly edited: string[];
}

/** A folder of migrations in the form the engine reads. */
export function readMigrations(directory: string): MigrationList {
  const names = existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      )
    : [];
  const lock = join(directory, lockfile);
  return {
    baseDir: directory,
    shadowDbInitScript: '',
    lockfile: { path: lockfile, content: existsSync(lock) ? readFileSync(lock, 'utf8') : null },
    migrationDirectories: names.toSorted().map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(directory, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

async function withEngine<T>(url: string, work: (open: OpenEngine) => Promise<T>): Promise<T> {
  const open = await openEngine(url);
  try {
    return await work(open);
  } catch (error) {
    throw open.explain(error);
  } finally {
    await open.close();
  }
}

/**
 * `prisma migrate deploy` in this process: creates the database when it is missing, applies what is pending and
 * answers the names it applied. Same table and checksums as Prisma's own engine; safe to run concurrently.
 */
export async function deploy(options: { url: string; migrations: string }): Promise<string[]> {
  if (!(await databaseExists(options.url))) await createDatabase(options.url);
  const migrationsList = readMigrations(options.migrations);
  return withEngine(options.url, async ({ engine }) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilters });
    return appliedMigrationNames;
  });
}

/**
 * The SQL that leads from the migrations to the schema, or null when they agree. `url` names a server on which a
 * shadow database can be made. It goes through the engine's diff: its createMigration forgets preview features
 * (partialIndexes) and would write the same index again for ever.
 */
export async function draftMigration(options: {
  url: string;
  migrations: string;
  schema: string;
}): Promise<string | null> {
  const migrationsList = readMigrations(options.migrations);
  migrationsList.lockfile.content ??= postgresLock;
  const content = readFileSync(options.schema, 'utf8');
  return withEngine(options.url, async ({ engine }) => {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...migrationsList },
      to: { tag: 'schemaDatamodel', files: [{ path: options.schema, content }] },
      script: true,
      exitCode: null,
      filters: noFilters,
    });
    return scriptOf(stdout);
  });
}

/** The script of a diff, or null for one that changes nothing. */
export function scriptOf(stdout: string | null): string | null {
  const script = (stdout ?? '').trim();
  return script === '' || script === emptyScript ? null : `${script}\n`;
}

/** What a database still lacks of the migrations, without changing it. */
export async function findStatus(options: { url: string; migrations: string }): Promise<MigrationStatus> {
  const migrationsList = readMigrations(options.migrations);
  return withEngine(options.url, async ({ engine }) => {
    const found = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: noFilters,
    });
    const pending =
      found.history && 'unappliedMigrationNames' in found.history
        ? found.history.unappliedMigrationNames
        : [];
    return { pending, failed: found.failedMigrationNames, edited: found.editedMigrationNames };
  });
}

/** The folder name of a new migration, as Prisma names them: UTC time and a slug. */
export function migrationName(title: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const slug = title
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 200);
  return slug ? `${stamp}_${slug}` : stamp;
}
