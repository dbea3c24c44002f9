import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectWithoutBody } from './object-store.ts';

/** A version on disk: what is known of it, or that the key was deleted with it. */
interface VersionRecord {
  readonly key: string;
  readonly contentType: string;
  readonly byteSize: number;
  readonly sha256: string;
  readonly storedAt: string;
  readonly isDeleted: boolean;
}

export interface NewVersion {
  readonly key: string;
  readonly contentType: string;
}

/** The body is not the size it was announced with. */
export class WrongSize extends Error {
  override readonly name = 'WrongSize';
}

/** Keys are hashed into folder names: no key can reach outside, be too long for a file system, or clash by case. */
const folderOf = (directory: string, key: string) => {
  const digest = createHash('sha256').update(key).digest('hex');
  return join(directory, digest.slice(0, 2), digest.slice(2));
};
let lastVersionMicros = 0;

/** Names that sort by time, also for two writes of this process in one millisecond. */
function newVersion(now: Date): string {
  lastVersionMicros = Math.max(now.getTime() * 1000, lastVersionMicros + 1);
  return `${lastVersionMicros.toString(36).padStart(11, '0')}-${randomBytes(6).toString('hex')}`;
}

const bodyFile = (folder: string, version: string) => join(folder, `${version}.body`);
const recordFile = (folder: string, version: string) => join(folder, `${version}.json`);

/**
 * Writes a version: body first (to disk, checksummed on the way), then its record, each by an atomic rename, so that
 * a reader sees the whole object or none of it. Rejects with WrongSize, and keeps nothing, when `byteSize` is not met.
 */
export async function writeVersion(
  directory: string,
  { key, contentType }: NewVersion,
  { chunks, byteSize }: { chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>; byteSize: number | null },
): Promise<ObjectWithoutBody> {
  const folder = folderOf(directory, key);
  const storedAt = new Date();
  const version = newVersion(storedAt);
  const draft = `${bodyFile(folder, version)}.draft`;
  await mkdir(folder, { recursive: true });
  try {
    const written = await writeBody(draft, chunks, byteSize);
    await rename(draft, bodyFile(folder, version));
    const record = { key, contentType, ...written, storedAt: storedAt.toISOString(), isDeleted: false };
    await writeRecord(folder, version, record);
    return { key, version, contentType, ...written, storedAt };
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeBody(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  expected: number | null,
): Promise<{ byteSize: number; sha256: string }> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  let byteSize = 0;
  try {
    for await (const chunk of chunks) {
      byteSize += chunk.byteLength;
      if (expected !== null && byteSize > expected) break;
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (expected !== null && byteSize !== expected) throw new WrongSize(`expected ${expected} bytes`);
  return { byteSize, sha256: hash.digest('hex') };
}

async function writeRecord(folder: string, version: string, record: VersionRecord): Promise<void> {
  const draft = `${recordFile(folder, version)}.draft`;
  await writeFile(draft, JSON.stringify(record), { flush: true });
  await rename(draft, recordFile(folder, version));
}

/** Hides the key; writes nothing when it is not there. */
export async function hideKey(directory: string, key: string): Promise<void> {
  const newest = (await readRecords(directory, key))[0];
  if (!newest || newest.isDeleted) return;
  const storedAt = new Date();
  const gone = {
    key,
    contentType: '',
    byteSize: 0,
    sha256: '',
    storedAt: storedAt.toISOString(),
    isDeleted: true,
  };
  await writeRecord(folderOf(directory, key), newVersion(storedAt), gone);
}

/** Removes every version of the key from the disk. */
export const eraseKey = (directory: string, key: string): Promise<void> =>
  rm(folderOf(directory, key), { recursive: true, force: true });

type Version = VersionRecord & { readonly version: string };

/** What was written under the key, deletions included, newest first. */
export const readRecords = (directory: string, key: string): Promise<Version[]> =>
  readVersions(folderOf(directory, key));

async function readVersions(folder: string): Promise<Version[]> {
  const names = await namesIn(folder);
  const versions = names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
  return Promise.all(
    versions
      .toSorted()
      .toReversed()
      .map(async (version) => {
        const record = JSON.parse(await readFile(recordFile(folder, version), 'utf8')) as VersionRecord;
        return { ...record, version };
      }),
  );
}

const namesIn = (path: string) =>
  readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });

/** The keys whose newest version is not their deletion. */
export async function* listKeys(directory: string): AsyncGenerator<string> {
  for (const prefix of await namesIn(directory)) {
    for (const rest of await namesIn(join(directory, prefix))) {
      const newest = (await readVersions(join(directory, prefix, rest)))[0];
      if (newest && !newest.isDeleted) yield newest.key;
    }
  }
}

export const bodyPathOf = (directory: string, key: string, version: string) =>
  bodyFile(folderOf(directory, key), version);
