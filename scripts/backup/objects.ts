import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { erasureFolder } from '@studymate/privacy';
import type { ObjectStore } from '@studymate/storage';
import type { ObjectBackup } from './manifest.ts';

/** Writes the newest version of each object; what is deleted meanwhile is left out. */
export async function dumpObjects(store: ObjectStore, directory: string): Promise<ObjectBackup[]> {
  mkdirSync(join(directory, 'objects'), { recursive: true });
  const objects: ObjectBackup[] = [];
  for await (const key of store.listKeys()) {
    const object = await store.get(key);
    if (!object) continue;
    const file = join('objects', createHash('sha256').update(key).digest('hex'));
    await writeFile(join(directory, file), object.body);
    objects.push({ key, contentType: object.contentType, sha256: object.sha256, file });
  }
  return objects;
}

/** The ledger of erasures does not count: it is to outlive what it speaks of. */
export async function holdsObjects(store: ObjectStore): Promise<boolean> {
  for await (const key of store.listKeys()) if (!key.startsWith(erasureFolder)) return true;
  return false;
}

/** Puts each object back under its key. Others stay: nobody knows of them but who has their key. */
export async function restoreObjects(
  store: ObjectStore,
  objects: readonly ObjectBackup[],
  directory: string,
): Promise<void> {
  for (const { key, contentType, sha256, file } of objects) {
    const stored = await store.put(key, await readFile(join(directory, file)), contentType);
    if (stored.sha256 !== sha256) throw new Error(`The object ${key} came back different.`);
  }
}
