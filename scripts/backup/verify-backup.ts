import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort, startPostgres, startRedis } from '@studymate/embedded';
import { databaseUrl } from '@studymate/schema-engine/connection';
import { createFsStore } from '@studymate/storage';
import { stateDirectory, toolchainDirectory } from '../launcher/workspace.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { restoreBackup } from './restore-backup.ts';

/**
 * Restores a backup into an empty PostgreSQL, Redis and object store of its own, which end with it. Throws when a file
 * is damaged or a table came back different.
 */
export async function verifyBackup(directory: string): Promise<Manifest> {
  const scratch = mkdtempSync(join(stateDirectory('scratch'), 'verify-'));
  const [postgres, redis] = await Promise.all([
    startPostgres({ directory: join(scratch, 'postgres'), port: await findFreePort(), ephemeral: true }),
    startRedis({
      directory: join(scratch, 'redis'),
      port: await findFreePort(),
      cache: join(toolchainDirectory, 'redis'),
      ephemeral: true,
    }),
  ]);
  try {
    const domains = Object.keys(readManifest(directory).databases);
    const databases = Object.fromEntries(
      domains.map((domain) => [domain, databaseUrl(postgres.url, `studymate_${domain}`)]),
    );
    const objects = createFsStore({
      directory: join(scratch, 'objects'),
      baseUrl: 'http://127.0.0.1',
      secret: '',
    });
    const places = { databases, redisUrl: redis.url, objects };
    return await restoreBackup(directory, places, { serverUrl: postgres.url, mayOverwrite: false });
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(scratch, { recursive: true, force: true });
  }
}
