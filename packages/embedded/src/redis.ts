import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { endLeftover } from './leftovers.ts';
import { requireFreePort } from './ports.ts';
import { type RunningServer, startServer } from './process.ts';
import { findRedis } from './redis-binaries.ts';

export interface RunningRedis extends RunningServer {
  readonly url: string;
  /** Which program runs, for people. */
  readonly from: string;
}

export interface RedisOptions {
  /** Holds the data, the log and the pid; made when missing. */
  readonly directory: string;
  readonly port: number;
  /** Where a downloaded server is kept. */
  readonly cache: string;
  /** For tests: nothing is written to disk. */
  readonly ephemeral?: boolean;
  readonly onDownload?: () => void;
}

/**
 * Starts a Redis of our own on loopback, with an append-only file unless it is ephemeral. It stops with this process,
 * even on kill -9; a server that an earlier run left on the same directory is ended first.
 */
export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
  mkdirSync(options.directory, { recursive: true });
  const pidFile = join(options.directory, 'redis.pid');
  await endLeftover(pidFile, /redis|valkey|keydb/, 'SIGTERM');
  await requireFreePort(options.port, 'Redis', 'REDIS_PORT, or REDIS_URL to use a server of yours');
  const binary = findRedis(options.cache, options.onDownload);
  const settings = {
    port: `${options.port}`,
    bind: '127.0.0.1',
    daemonize: 'no',
    dir: options.directory,
    save: '',
    appendonly: options.ephemeral ? 'no' : 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  };
  const server = await startServer({
    name: 'Redis',
    command: binary.program,
    arguments: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ready: /Ready to accept connections/,
    stopSignal: 'TERM',
    pidFile,
    logFile: join(options.directory, 'redis.log'),
    directory: options.directory,
    environment: { PATH: process.env.PATH, ...binary.environment },
  });
  return { ...server, url: `redis://127.0.0.1:${options.port}`, from: binary.from };
}
