import { join } from 'node:path';
import { databaseExists } from '@studymate/schema-engine/connection';
import { createRoleAndDatabase, domainUrls } from '../launcher/databases.ts';
import { holdsRows, restoreDatabase } from './database.ts';
import { type Manifest, readManifest, requireWhole } from './manifest.ts';
import { holdsObjects, restoreObjects } from './objects.ts';
import type { Places } from './places.ts';
import { reapplyErasures } from './reapply-erasures.ts';
import { holdsKeys, restoreRedis } from './redis-keys.ts';

export interface RestoreOptions {
  /** The account of this URL makes the domains' roles and databases that are missing. */
  readonly serverUrl: string;
  /** Whether what is there may be lost. */
  readonly mayOverwrite: boolean;
}

async function requireEmpty({ databases, redisUrl, objects }: Places): Promise<void> {
  for (const [domain, url] of Object.entries(databases)) {
    if ((await databaseExists(url)) && (await holdsRows(url))) {
      throw new Error(
        `the ${domain} database is not empty: stop StudyMate, and say --overwrite to replace all.`,
      );
    }
  }
  if (await holdsKeys(redisUrl)) throw new Error('Redis is not empty: say --overwrite to replace our keys.');
  if (await holdsObjects(objects))
    throw new Error('there are objects already: say --overwrite to add to them.');
}

/**
 * Brings a backup back and holds every table against what it was; answers what the backup says of itself. Who was
 * erased since then is erased again.
 */
export async function restoreBackup(
  directory: string,
  places: Places,
  { serverUrl, mayOverwrite }: RestoreOptions,
): Promise<Manifest> {
  const manifest = readManifest(directory);
  await requireWhole(directory, manifest);
  if (!mayOverwrite) await requireEmpty(places);

  const domains = Object.keys(manifest.databases);
  const urls = domainUrls(serverUrl, domains);
  for (const [domain, backup] of Object.entries(manifest.databases)) {
    const variable = `${domain.toUpperCase()}_DATABASE_URL`;
    if (!process.env[variable]) await createRoleAndDatabase(serverUrl, domain);
    await restoreDatabase({ domain, url: urls[variable] ?? '' }, backup, directory);
  }
  await restoreRedis(places.redisUrl, join(directory, manifest.redis.file));
  await restoreObjects(places.objects, manifest.objects, directory);
  if (urls.AUTH_DATABASE_URL) await reapplyErasures(urls.AUTH_DATABASE_URL, places.objects);
  return manifest;
}
