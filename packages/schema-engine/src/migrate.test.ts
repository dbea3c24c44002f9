import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { databaseUrl, dropDatabase, withClient } from './connection.ts';
import { deploy, draftMigration, findStatus, migrationName } from './migrate.ts';

const server = process.env.TEST_DATABASE_SERVER ?? '';
const schema = `
generator client {
  provider        = "prisma-client"
  output          = "unused"
  previewFeatures = ["partialIndexes"]
}
datasource db {
  provider = "postgresql"
}
model Card {
  id        String    @id
  deckId    String
  deletedAt DateTime?
  @@unique([deckId], map: "one_live_card", where: raw("\\"deletedAt\\" IS NULL"))
}
`;

/** A folder with a schema, and room for migrations. */
function someProject() {
  const directory = mkdtempSync(join(tmpdir(), 'schema-engine-'));
  const project = { schema: join(directory, 'schema.prisma'), migrations: join(directory, 'migrations') };
  writeFileSync(project.schema, schema);
  return {
    ...project,
    write: (name: string, sql: string) => {
      mkdirSync(join(project.migrations, name), { recursive: true });
      writeFileSync(join(project.migrations, name, 'migration.sql'), sql);
      writeFileSync(join(project.migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
    },
  };
}

const someDatabase = () => databaseUrl(server, `engine_${crypto.randomUUID()}`);
const columnsOf = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(`select column_name from information_schema.columns
      where table_name = 'Card' order by column_name`);
    return rows.map((row: { column_name: string }) => row.column_name);
  });

describe('schema engine', () => {
  it('drafts a migration, applies it once, and then finds nothing to draft', async () => {
    const project = someProject();
    const url = someDatabase();
    const script = await draftMigration({ url: server, ...project });
    expect(script).toContain('CREATE UNIQUE INDEX "one_live_card" ON "Card"("deckId") WHERE');
    project.write('20260101000000_init', script ?? '');

    expect(await deploy({ url, migrations: project.migrations })).toEqual(['20260101000000_init']);
    expect(await deploy({ url, migrations: project.migrations })).toEqual([]);
    expect(await columnsOf(url)).toEqual(['deckId', 'deletedAt', 'id']);
    expect(await draftMigration({ url: server, ...project })).toBeNull();
    await dropDatabase(url);
  });

  it('applies a migration once when two processes deploy at the same moment', async () => {
    const project = someProject();
    const url = someDatabase();
    project.write('20260101000000_first', 'CREATE TABLE "Card" ("id" TEXT PRIMARY KEY);');
    await deploy({ url, migrations: project.migrations });
    project.write('20260101000001_second', 'ALTER TABLE "Card" ADD COLUMN "front" TEXT;');
    const both = [
      deploy({ url, migrations: project.migrations }),
      deploy({ url, migrations: project.migrations }),
    ];
    expect((await Promise.all(both)).flat()).toEqual(['20260101000001_second']);
    await dropDatabase(url);
  });

  it('keeps $$ bodies whole and leaves nothing of a migration that fails', async () => {
    const project = someProject();
    const url = someDatabase();
    const body = `CREATE FUNCTION two() RETURNS int AS $$ BEGIN PERFORM 1; RETURN 2; END; $$ LANGUAGE plpgsql;`;
    project.write('20260101000000_function', body);
    await deploy({ url, migrations: project.migrations });
    const answer = await withClient(url, (client) => client.query('select two() as two'));
    expect(answer.rows).toEqual([{ two: 2 }]);

    project.write('20260101000001_broken', 'CREATE TABLE "Card" ("id" TEXT); SELECT * FROM missing;');
    await expect(deploy({ url, migrations: project.migrations })).rejects.toThrow(/missing/);
    expect(await columnsOf(url)).toEqual([]);
    expect((await findStatus({ url, migrations: project.migrations })).failed).toEqual([
      '20260101000001_broken',
    ]);
    await dropDatabase(url);
  });

  it('names migrations by UTC time and a slug', () => {
    expect(migrationName('Add due date!', new Date('2026-03-04T05:06:07Z'))).toBe(
      '20260304050607_add_due_date_',
    );
  });
});
