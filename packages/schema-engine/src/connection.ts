import pg from 'pg';

/** A PostgreSQL URL, taken apart as the engine needs it. `schema` is Prisma's own `?schema=` parameter. */
export interface ConnectionTarget {
  readonly url: string;
  readonly adminUrl: string;
  readonly schema: string | undefined;
  readonly database: string;
  readonly host: string;
  readonly port: string;
}

export const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

export function parseConnection(raw: string): ConnectionTarget {
  const url = new URL(raw);
  const schema = url.searchParams.get('schema') ?? undefined;
  url.searchParams.delete('schema');
  return {
    url: url.toString(),
    adminUrl: databaseUrl(url.toString(), 'postgres'),
    schema,
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    host: url.hostname,
    port: url.port || '5432',
  };
}

/** The same server and account, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.toString();
}

/** Runs work on one connection of its own and closes it. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function createDatabase(rawUrl: string): Promise<string> {
  const target = parseConnection(rawUrl);
  await withClient(target.adminUrl, (client) =>
    client.query(`CREATE DATABASE ${quoteIdentifier(target.database)}`),
  );
  return target.database;
}

export async function dropDatabase(rawUrl: string): Promise<void> {
  const target = parseConnection(rawUrl);
  const statement = `DROP DATABASE IF EXISTS ${quoteIdentifier(target.database)} WITH (FORCE)`;
  await withClient(target.adminUrl, (client) => client.query(statement));
}

export async function databaseExists(rawUrl: string): Promise<boolean> {
  const target = parseConnection(rawUrl);
  const { rowCount } = await withClient(target.adminUrl, (client) =>
    client.query('SELECT 1 FROM pg_database WHERE datname = $1', [target.database]),
  );
  return rowCount === 1;
}

/** Creates the schema of `?schema=` when it is not the default one. */
export async function ensureSchema(target: ConnectionTarget, url: string): Promise<void> {
  const { schema } = target;
  if (!schema || schema === 'public') return;
  await withClient(url, (client) => client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`));
}
