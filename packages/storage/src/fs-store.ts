import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import type { ObjectStore, ObjectWithoutBody } from './object-store.ts';
import { type Grant, newExpiry, signUrl } from './signed-url.ts';
import { bodyPathOf, eraseKey, hideKey, listKeys, readRecords, writeVersion } from './version-files.ts';

export interface FsStoreOptions {
  readonly directory: string;
  /** Where the object server over the same directory answers. */
  readonly baseUrl: string;
  readonly secret: string;
  readonly now?: () => Date;
}

/** Objects in a local directory; presigned URLs lead to the object server that serves it. */
export function createFsStore({
  directory,
  baseUrl,
  secret,
  now = () => new Date(),
}: FsStoreOptions): ObjectStore {
  const list = async (key: string) => (await readRecords(directory, key)).map(toStored);
  const presign = (grant: Omit<Grant, 'expiresAt'>) => {
    const expiresAt = newExpiry(now());
    return { method: grant.method, url: signUrl(baseUrl, { ...grant, expiresAt }, secret), expiresAt };
  };

  return {
    put: (key, body, contentType) => {
      const chunks = [typeof body === 'string' ? Buffer.from(body) : body];
      return writeVersion(directory, { key, contentType }, { chunks, byteSize: null });
    },
    get: async (key, version) => {
      const versions = await list(key);
      const found = version === undefined ? versions[0] : versions.find((each) => each.version === version);
      if (!found || found.isDeleted) return null;
      const body = await readFile(bodyPathOf(directory, key, found.version));
      if (createHash('sha256').update(body).digest('hex') !== found.sha256) {
        throw new Error(`The object ${key} (${found.version}) does not match its checksum.`);
      }
      return { ...withoutMark(found), body };
    },
    head: async (key) => {
      const newest = (await list(key))[0];
      return newest && !newest.isDeleted ? withoutMark(newest) : null;
    },
    delete: (key) => hideKey(directory, key),
    erase: (key) => eraseKey(directory, key),
    listKeys: () => listKeys(directory),
    listVersions: async (key) => (await list(key)).filter((each) => !each.isDeleted).map(withoutMark),
    presignPut: async ({ key, contentType, byteSize }) => ({
      ...presign({ method: 'PUT', key, contentType, byteSize, fileName: '' }),
      headers: { 'content-type': contentType },
    }),
    presignGet: async (key, fileName = '') => ({
      ...presign({ method: 'GET', key, contentType: '', byteSize: 0, fileName }),
      headers: {},
    }),
    isReachable: async () => {
      await mkdir(directory, { recursive: true });
      return true;
    },
  };
}

type Marked = ObjectWithoutBody & { readonly isDeleted: boolean };

const toStored = (record: Awaited<ReturnType<typeof readRecords>>[number]): Marked => ({
  ...record,
  storedAt: new Date(record.storedAt),
});

const withoutMark = ({ isDeleted: _, ...stored }: Marked): ObjectWithoutBody => stored;
