import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandLineOf, findFreePort, startPostgres, startRedis } from '@studymate/embedded';
import { databaseUrl } from '@studymate/schema-engine/connection';
import { deploy } from '@studymate/schema-engine/migrate';
import { templateOf } from './template.ts';

const root = resolve(import.meta.dirname, '../../..');
const prismaDirectory = join(root, 'prisma');

declare global {
  var stopTestServers: (() => Promise<void>) | undefined;
}

/** Folders of runs that crashed: named after the process that made them. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (commandLineOf(Number.parseInt(name, 10)) === '')
      rmSync(join(directory, name), { recursive: true, force: true });
  }
}

async function migrateTemplates(serverUrl: string): Promise<void> {
  const domains = readdirSync(prismaDirectory).filter((name) =>
    existsSync(join(prismaDirectory, name, 'migrations')),
  );
  for (const domain of domains) {
    const migrations = join(prismaDirectory, domain, 'migrations');
    await deploy({ url: databaseUrl(serverUrl, templateOf(domain)), migrations });
  }
}

/**
 * Starts a throw-away PostgreSQL with one migrated template per domain, and a throw-away Redis, on ports of their own:
 * runs do not meet each other or a StudyMate that is up. Both die with jest, however it ends.
 */
export default async function startTestServers(): Promise<void> {
  const runs = join(root, 'run', 'test');
  mkdirSync(runs, { recursive: true });
  removeLeftovers(runs);
  const directory = mkdtempSync(join(runs, `${process.pid}-`));
  const cache = join(root, 'run', 'toolchain', 'redis');
  const [postgres, redis] = await Promise.all([
    findFreePort().then((port) =>
      startPostgres({ directory: join(directory, 'postgres'), port, ephemeral: true }),
    ),
    findFreePort().then((port) =>
      startRedis({ directory: join(directory, 'redis'), port, cache, ephemeral: true }),
    ),
  ]);
  globalThis.stopTestServers = async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
  await migrateTemplates(postgres.url);
  process.env.TEST_DATABASE_SERVER = postgres.url;
  process.env.DATABASE_URL = postgres.url;
  process.env.REDIS_URL = redis.url;
}
