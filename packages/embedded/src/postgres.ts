import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, findUnprivilegedAccount } from './accounts.ts';
import { endLeftover } from './leftovers.ts';
import { requireFreePort } from './ports.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { type RunningServer, startServer } from './process.ts';

export interface RunningPostgres extends RunningServer {
  /** The superuser's URL, database `postgres`. */
  readonly url: string;
  /** Which installation runs, for people. */
  readonly from: string;
}

export interface PostgresOptions {
  /** Holds the cluster, its log and its pid; made when missing. */
  readonly directory: string;
  readonly port: number;
  /** For tests: nothing survives a crash of the machine, and everything is faster. */
  readonly ephemeral?: boolean;
  /** Beyond our own, as `name=value`. */
  readonly settings?: readonly string[];
}

const superuser = 'postgres';
const ephemeralSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off'];

/**
 * Starts a PostgreSQL of our own on loopback. It stops with this process, even on kill -9; a server that an earlier
 * run left on the same directory is ended first, and an interrupted cluster recovers by itself.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await findPostgres();
  mkdirSync(options.directory, { recursive: true });
  const account = findUnprivilegedAccount([binaries.directory, options.directory]);
  if (account.uid !== undefined && account.gid !== undefined)
    chownSync(options.directory, account.uid, account.gid);

  const data = join(options.directory, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) requireSameMajor(binaries, data);
  else initialise(binaries, account, options.directory);
  await endLeftover(join(data, 'postmaster.pid'), /postgres/, 'SIGINT');
  await requireFreePort(
    options.port,
    'PostgreSQL',
    'POSTGRES_PORT, or DATABASE_URL to use a server of yours',
  );

  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    'shared_buffers=64MB',
    'jit=off',
    ...(options.ephemeral ? ephemeralSettings : []),
    ...(options.settings ?? []),
  ];
  const server = await startServer({
    name: 'PostgreSQL',
    command: join(binaries.directory, 'postgres'),
    arguments: ['-D', data, '-p', `${options.port}`, ...settings.flatMap((setting) => ['-c', setting])],
    ready: /ready to accept (read-only )?connections/,
    stopSignal: 'INT',
    pidFile: join(options.directory, 'postgres.pid'),
    logFile: join(options.directory, 'postgres.log'),
    directory: options.directory,
    environment: serverEnvironment(),
    account,
  });
  return {
    ...server,
    url: `postgresql://${superuser}@127.0.0.1:${options.port}/postgres`,
    from: binaries.from,
  };
}

const serverEnvironment = () => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });

function initialise(binaries: PostgresBinaries, account: Account, directory: string): void {
  const flags = ['-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  const program = join(binaries.directory, 'initdb');
  const [command = program, ...rest] = [...account.prefix, program, '-D', join(directory, 'data'), ...flags];
  const { status, stderr, error } = spawnSync(command, rest, {
    cwd: directory,
    env: serverEnvironment(),
    encoding: 'utf8',
    ...(account.uid === undefined ? {} : { uid: account.uid }),
    ...(account.gid === undefined ? {} : { gid: account.gid }),
  });
  if (status !== 0)
    throw new Error(`initdb (${binaries.from}) failed: ${(stderr || error?.message || '').trim()}`);
}

function requireSameMajor(binaries: PostgresBinaries, data: string): void {
  const held = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = spawnSync(join(binaries.directory, 'postgres'), ['--version'], { encoding: 'utf8' });
  const found = /(\d+)/.exec(stdout ?? '')?.[1];
  if (found === undefined || found === held) return;
  throw new Error(
    `${data} holds data of PostgreSQL ${held}, but ${binaries.from} is version ${found}: set PG_BIN to the programs of version ${held}, or clear the data with npm run reset.`,
  );
}
