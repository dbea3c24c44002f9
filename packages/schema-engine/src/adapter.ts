import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { FieldDef } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import {
  type ConnectionTarget,
  databaseUrl,
  ensureSchema,
  quoteIdentifier,
  withClient,
} from './connection.ts';

const charType = 18;
const textType = 25;
const textArrayType = 1009;
const characterColumn = 6;
/** Catalog-only types (name, int2vector, regproc, oidvector, pg_node_tree and arrays of "char" and name) read as text. */
const readAs = new Map([
  ...[19, 22, 24, 30, 194].map((type) => [type, textType] as const),
  ...[1002, 1003].map((type) => [type, textArrayType] as const),
]);

/** What @prisma/adapter-pg keeps private and the repairs below need. */
interface Internals {
  performIO(query: unknown): Promise<{ fields?: FieldDef[] }>;
  queryRaw(query: unknown): Promise<{ columnTypes: number[]; rows: unknown[][] }>;
  executeScript?(script: string): Promise<void>;
  startTransaction?(...options: unknown[]): Promise<Internals>;
  underlyingDriver(): { query(script: string): Promise<unknown> };
  onError(error: unknown): never;
}

/** Turns the types of catalog columns into ones the adapter knows; answers which columns hold single characters. */
function rewriteCatalogTypes(fields: FieldDef[]): number[] {
  const characters: number[] = [];
  for (const [index, field] of fields.entries()) {
    if (field.dataTypeID === charType) characters.push(index);
    field.dataTypeID =
      field.dataTypeID === charType ? textType : (readAs.get(field.dataTypeID) ?? field.dataTypeID);
  }
  return characters;
}

/**
 * Makes a connection of @prisma/adapter-pg 7.10 fit for migrations: catalog-only column types make its queryRaw
 * throw (prisma/prisma#27403), and its executeScript splits on every `;`, which breaks $$ bodies and loses the
 * implicit transaction.
 */
function repair(connection: Internals): Internals {
  const performIO = connection.performIO.bind(connection);
  const queryRaw = connection.queryRaw.bind(connection);
  const startTransaction = connection.startTransaction?.bind(connection);
  let characters: number[] = [];

  connection.performIO = async (query) => {
    const result = await performIO(query);
    characters = rewriteCatalogTypes(result.fields ?? []);
    return result;
  };
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of characters) {
      result.columnTypes[index] = characterColumn;
      for (const row of result.rows) if (row[index] === '') row[index] = '\0';
    }
    return result;
  };
  if (connection.executeScript) {
    connection.executeScript = async (script) => {
      await connection
        .underlyingDriver()
        .query(script)
        .catch((error) => connection.onError(error));
    };
  }
  if (startTransaction) {
    connection.startTransaction = async (...options) => repair(await startTransaction(...options));
  }
  return connection;
}

const repaired = (adapter: SqlDriverAdapter) =>
  repair(adapter as unknown as Internals) as unknown as SqlDriverAdapter;

async function connectTo(target: ConnectionTarget, database: string): Promise<SqlDriverAdapter> {
  // Discrete fields, never `connectionString`: pg lets a connection string win over `database`, and the adapter's
  // own shadow database would be the real one.
  const config = {
    ...parseIntoClientConfig(target.url),
    database,
    max: 1,
    ...(target.schema ? { options: `-c search_path=${quoteIdentifier(target.schema)}` } : {}),
  };
  return repaired(await new PrismaPg(config, target.schema ? { schema: target.schema } : {}).connect());
}

/** Opens the throw-away database the engine replays the history in; disposing the connection drops it. */
async function connectToShadow(target: ConnectionTarget): Promise<SqlDriverAdapter> {
  const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
  await withClient(target.adminUrl, (client) => client.query(`CREATE DATABASE ${quoteIdentifier(name)}`));
  await ensureSchema(target, databaseUrl(target.url, name));
  const connection = await connectTo(target, name);
  const dispose = connection.dispose.bind(connection);
  connection.dispose = async () => {
    try {
      await dispose();
    } finally {
      const statement = `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`;
      await withClient(target.adminUrl, (client) => client.query(statement));
    }
  };
  return connection;
}

/** Connections for the schema engine; `opened` collects them, because the engine never disposes the main one. */
export function migrationAdapters(
  target: ConnectionTarget,
  opened: SqlDriverAdapter[],
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: async () => {
      const connection = await connectTo(target, target.database);
      opened.push(connection);
      return connection;
    },
    connectToShadowDb: () => connectToShadow(target),
  };
}
