#!/usr/bin/env node
/**
 * Stand-in for Prisma's native schema-engine (PRISMA_SCHEMA_ENGINE_BINARY): the same arguments and the same JSON-RPC,
 * on top of the WebAssembly build that npm carries. Runs on Node 24 as it stands.
 */
import { createDatabase, dropDatabase, parseConnection, withClient } from './connection.ts';
import { engineVersion } from './engine.ts';
import { type EngineArguments, parseEngineArguments } from './engine-arguments.ts';
import { serve } from './rpc.ts';
import { userFacing } from './user-facing.ts';

function log(level: string, fields: object): void {
  const line = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

async function runCommand(command: string, url: string): Promise<void> {
  if (command === 'can-connect-to-database') {
    await withClient(parseConnection(url).url, (client) => client.query('SELECT 1'));
  } else if (command === 'create-database') {
    await createDatabase(url);
  } else if (command === 'drop-database') {
    await dropDatabase(url);
    log('INFO', { message: 'The database was successfully dropped.' });
  } else {
    throw new Error(`unknown command ${command}`);
  }
}

async function main(options: EngineArguments): Promise<void> {
  if (options.version) {
    process.stdout.write(`schema-engine-cli ${engineVersion()}\n`);
    return;
  }
  if (!options.command) return serve(options);
  log('INFO', { message: 'starting' }); // the CLI skips the first line
  try {
    await runCommand(options.command, options.url ?? '');
    process.exit(0);
  } catch (error) {
    log('ERROR', { is_panic: false, ...userFacing(error, options.url) });
    process.exit(1);
  }
}

await main(parseEngineArguments(process.argv.slice(2)));
