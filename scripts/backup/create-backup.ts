import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpDatabase, openSnapshot } from './database.ts';
import { checksumOf, type DatabaseBackup, type Manifest, manifestFile } from './manifest.ts';
import { dumpObjects } from './objects.ts';
import type { Places } from './places.ts';
import { dumpRedis } from './redis-keys.ts';

/**
 * Writes a backup while everything runs, into a folder of its own below `parent`; answers the folder. Redis comes
 * first, then all databases as they are at one moment, then objects: so what Redis has forgotten the outboxes tell
 * again, what it has too much the inboxes know, and no database names an object that is missing.
 */
export async function createBackup(places: Places, parent: string): Promise<string> {
  const createdAt = new Date().toISOString();
  const directory = join(parent, `studymate-${createdAt.replaceAll(':', '').replace(/\..*/, 'Z')}`);
  const draft = `${directory}.draft`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });

  const redisFile = 'redis.jsonl.gz';
  const keys = await dumpRedis(places.redisUrl, join(draft, redisFile));
  const snapshots = await Promise.all(
    Object.entries(places.databases).map(([domain, url]) => openSnapshot(domain, url)),
  );
  const databases: Record<string, DatabaseBackup> = {};
  try {
    for (const snapshot of snapshots) databases[snapshot.domain] = await dumpDatabase(snapshot, draft);
  } finally {
    await Promise.all(snapshots.map(({ client }) => client.end()));
  }
  const objects = await dumpObjects(places.objects, draft);

  const names = [
    redisFile,
    ...Object.values(databases).flatMap(({ tables }) => tables.map(({ file }) => file)),
    ...objects.map(({ file }) => file),
  ];
  const files: Record<string, string> = {};
  for (const name of names) files[name] = await checksumOf(join(draft, name));
  const manifest: Manifest = {
    format: 1,
    createdAt,
    databases,
    redis: { keys, file: redisFile },
    objects,
    files,
  };
  writeFileSync(join(draft, manifestFile), JSON.stringify(manifest, null, 1));
  renameSync(draft, directory);
  return directory;
}
