import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { emptyHistory, parseHistory, type RegistrationHistory, versionOf } from './registration-history.ts';

/** Where registrations made while gateways run are kept, for all of them. */
export interface RegistrationStore {
  /** Every client's history, as it is kept now. */
  readAll(): Promise<ReadonlyMap<string, RegistrationHistory>>;
  /** Keeps a history whose version is one more than the kept one; false when somebody else was first. */
  keep(client: string, history: RegistrationHistory): Promise<boolean>;
  /** Calls back when another gateway may have kept one. */
  onNews(listener: () => void): void;
  stop(): void;
}

/** Puts a version in the place of the one before it, and of no other. KEYS: versions, histories. */
const keepScript = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '0') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
redis.call('PUBLISH', KEYS[2], ARGV[1])
return 1
`;

const connectTimeoutMs = 2_000;
const commandTimeoutMs = 5_000;
const fsyncTimeoutMs = 2_000;

/** Waits until the server's append-only file is on the disk; a server that keeps none is as durable as it is set up. */
const awaitDisk = (redis: Redis): Promise<unknown> =>
  redis.call('WAITAOF', 1, 0, fsyncTimeoutMs).catch(() => undefined);

function connect(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 2,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
  });
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway)
      logger.warn({ reason: String(error) }, 'Redis is away; registrations stay as they are known');
    isAway = true;
  });
  redis.on('ready', () => {
    isAway = false;
  });
  return redis;
}

/** Kept in Redis: every gateway has a registration as soon as it is acknowledged. */
export function createRedisStore(url: string, prefix: string, logger: Logger): RegistrationStore {
  const redis = connect(url, logger);
  const messages = connect(url, logger);
  const versions = `{${prefix}:registrations}:versions`;
  const histories = `{${prefix}:registrations}:histories`;
  return {
    readAll: async () => {
      const kept = await redis.hgetall(histories);
      return new Map(Object.entries(kept).map(([client, text]) => [client, parseHistory(text)]));
    },
    keep: async (client, history) => {
      const version = versionOf(history);
      const text = JSON.stringify(history);
      const kept = await redis.eval(keepScript, 2, versions, histories, client, version - 1, version, text);
      if (kept === 1) await awaitDisk(redis);
      return kept === 1;
    },
    onNews: (listener) => {
      messages.on('ready', () => {
        messages.subscribe(histories).then(listener, () => undefined);
      });
      messages.on('message', listener);
    },
    stop: () => {
      redis.disconnect();
      messages.disconnect();
    },
  };
}

const versionFile = /^([\w-]+)\.(\d+)\.json$/;

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';

async function writeToDisk(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/**
 * Kept in a folder, for gateways of one machine without Redis: `<client>.<version>.json`. The name is taken with
 * link(2), which succeeds for one gateway only and never shows half a file.
 */
export function createFolderStore(folder: string): RegistrationStore {
  const list = async () => {
    await mkdir(folder, { recursive: true });
    const newest = new Map<string, number>();
    for (const name of await readdir(folder)) {
      const [, client, version] = versionFile.exec(name) ?? [];
      if (client !== undefined) newest.set(client, Math.max(newest.get(client) ?? 0, Number(version)));
    }
    return newest;
  };
  const pathOf = (client: string, version: number) => join(folder, `${client}.${version}.json`);
  return {
    readAll: async () => {
      const read = [...(await list())].map(
        async ([client, version]) =>
          [client, parseHistory(await readFile(pathOf(client, version), 'utf8'))] as const,
      );
      return new Map(await Promise.all(read));
    },
    keep: async (client, history) => {
      const version = versionOf(history);
      if (((await list()).get(client) ?? 0) !== version - 1) return false;
      const temporary = join(folder, `.${client}.${version}.${process.pid}.${performance.now()}`);
      try {
        await writeToDisk(temporary, JSON.stringify(history));
        await link(temporary, pathOf(client, version));
        await syncFolder(folder);
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      // The one before stays for a gateway that is reading it at this moment.
      await rm(pathOf(client, version - 2), { force: true });
      return true;
    },
    onNews: () => {},
    stop: () => {},
  };
}

export const historyIn = (
  histories: ReadonlyMap<string, RegistrationHistory>,
  client: string,
): RegistrationHistory => histories.get(client) ?? emptyHistory;
