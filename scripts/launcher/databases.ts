import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUrl, quoteIdentifier, withClient } from '@studymate/schema-engine/connection';
import { deploy } from '@studymate/schema-engine/migrate';
import { migrationsOf, root, stateDirectory } from './workspace.ts';

const nameOf = (domain: string) => `studymate_${domain}`;

/** Role passwords are derived, so that a restart knows them again; the key stays in the state folder. */
function passwordOf(domain: string): string {
  const file = join(stateDirectory('secrets'), 'database-roles');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return createHmac('sha256', readFileSync(file, 'utf8')).update(domain).digest('base64url');
}

const variableOf = (domain: string) => `${domain.toUpperCase()}_DATABASE_URL`;

/** Where each domain's own role finds its own database, by the variable the servers read and the caller may set. */
export function domainUrls(serverUrl: string, domains: readonly string[]): Record<string, string> {
  const entries = domains.map((domain) => {
    const given = process.env[variableOf(domain)];
    if (given) return [variableOf(domain), given] as const;
    const url = new URL(databaseUrl(serverUrl, nameOf(domain)));
    url.username = nameOf(domain);
    url.password = passwordOf(domain);
    return [variableOf(domain), url.toString()] as const;
  });
  return Object.fromEntries(entries);
}

/** One role and one database of its own for the domain; nobody else's role may even connect to it. */
export async function createRoleAndDatabase(serverUrl: string, domain: string): Promise<void> {
  const name = quoteIdentifier(nameOf(domain));
  await withClient(serverUrl, async (client) => {
    const exists = async (catalog: 'pg_roles' | 'pg_database', column: 'rolname' | 'datname') =>
      (await client.query(`SELECT 1 FROM ${catalog} WHERE ${column} = $1`, [nameOf(domain)])).rowCount === 1;
    const login = `ROLE ${name} LOGIN PASSWORD '${passwordOf(domain)}'`;
    await client.query(
      (await exists('pg_roles', 'rolname'))
        ? `ALTER ${login}`
        : `CREATE ${login} NOSUPERUSER NOCREATEDB NOCREATEROLE`,
    );
    if (!(await exists('pg_database', 'datname'))) {
      await client.query(`GRANT ${name} TO CURRENT_USER`);
      await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  });
}

function explainRights(error: unknown): never {
  const isDenied = error instanceof Error && 'code' in error && error.code === '42501';
  if (!isDenied) throw error;
  throw new Error(
    'the account of DATABASE_URL may not create roles and databases: give it CREATEROLE and CREATEDB, or set <DOMAIN>_DATABASE_URL for every domain.',
  );
}

/** Makes, migrates and seeds the databases of the domains on a server whose account may create roles. */
export async function prepareDatabases(
  serverUrl: string,
  domains: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  const urls = domainUrls(serverUrl, domains);
  for (const domain of domains) {
    const url = urls[variableOf(domain)] ?? '';
    if (!process.env[variableOf(domain)]) await createRoleAndDatabase(serverUrl, domain).catch(explainRights);
    const applied = await deploy({ url, migrations: migrationsOf(domain) });
    if (applied.length > 0) report(`Migrated ${domain}: ${applied.join(', ')}`);
    await seedDemo(domain, url);
  }
}

async function seedDemo(domain: string, url: string): Promise<void> {
  const file = join(root, 'prisma', domain, 'seed.ts');
  if (!existsSync(file) || process.env.NODE_ENV === 'production') return;
  const { seed } = (await import(file)) as { seed: (options: { databaseUrl: string }) => Promise<void> };
  await seed({ databaseUrl: url });
}
