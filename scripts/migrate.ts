/**
 * Migrations of the domains' databases.
 *   migrate dev <domain> --name <what-changes>   writes the next migration from the difference to schema.prisma
 *   migrate deploy [domain…]                      applies what is pending
 *   migrate status [domain…]                      says what is pending
 * DATABASE_URL names the server; without it `dev` uses a throw-away one and the others the embedded one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { deploy, draftMigration, findStatus, migrationName } from '@studymate/schema-engine/migrate';
import { withScratchServer } from './launcher/scratch-server.ts';
import {
  databaseUrlOf,
  migrationsOf,
  requireDomains,
  root,
  runScript,
  schemaFileOf,
} from './launcher/workspace.ts';

async function writeMigration(domain: string, title: string): Promise<void> {
  const migrations = migrationsOf(domain);
  await withScratchServer(async (url) => {
    const script = await draftMigration({ url, migrations, schema: schemaFileOf(domain) });
    if (script === null) return console.log(`${domain}: the migrations already lead to schema.prisma.`);
    const directory = join(migrations, migrationName(title, new Date()));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'migration.sql'), script);
    writeFileSync(join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
    console.log(`✔ ${relative(root, join(directory, 'migration.sql'))}`);
  });
}

async function apply(domain: string): Promise<void> {
  const applied = await deploy({ url: databaseUrlOf(domain), migrations: migrationsOf(domain) });
  console.log(`✔ ${domain}: ${applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply'}`);
}

async function showStatus(domain: string): Promise<void> {
  const { pending, failed, edited } = await findStatus({
    url: databaseUrlOf(domain),
    migrations: migrationsOf(domain),
  });
  const parts = Object.entries({ pending, failed, edited }).filter(([, names]) => names.length > 0);
  console.log(
    `${domain}: ${parts.map(([what, names]) => `${what}: ${names.join(', ')}`).join('; ') || 'up to date'}`,
  );
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { name: { type: 'string' } },
    allowPositionals: true,
  });
  const [verb, ...names] = positionals;
  if (verb === 'dev' && names.length === 1)
    return writeMigration(requireDomains(names)[0] ?? '', values.name ?? '');
  const work = { deploy: apply, status: showStatus }[verb ?? ''];
  if (!work)
    throw new Error('Use: migrate dev <domain> --name <what-changes> | migrate deploy | migrate status');
  for (const domain of requireDomains(names)) await work(domain);
});
