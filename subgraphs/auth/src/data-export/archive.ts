import type { ExportPart } from '@studymate/privacy';
import { type ObjectStore, safeFileName } from '@studymate/storage';
import { type AsyncZippable, zip } from 'fflate';

export interface ArchiveOptions {
  readonly exportId: string;
  readonly userId: string;
  readonly requestedAt: Date;
  readonly parts: Readonly<Record<string, ExportPart>>;
}

interface ArchivedFile {
  readonly path: string;
  /** Of object storage: the rows name it. */
  readonly key: string;
  readonly contentType: string;
  readonly byteSize: number;
  readonly sha256: string;
}

const zipped = (files: AsyncZippable): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    zip(files, { level: 6, consume: true }, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });

const bytesOf = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** Adds the objects to the archive, and tells where each is; what was announced and never uploaded is left out. */
async function addFiles(
  archive: AsyncZippable,
  { domain, keys, objects }: { domain: string; keys: readonly string[]; objects: Pick<ObjectStore, 'get'> },
): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  for (const key of keys) {
    const object = await objects.get(key);
    if (!object) continue;
    const { contentType, byteSize, sha256, body } = object;
    const path = `${domain}/files/${files.length + 1}-${safeFileName(key)}`;
    archive[path] = [new Uint8Array(body), { level: 0 }];
    files.push({ path, key, contentType, byteSize, sha256 });
  }
  return files;
}

/**
 * One ZIP (PKWARE APPNOTE) of all parts: `<domain>/<Table>.json` with the rows, `<domain>/files/…` with the objects, and
 * `manifest.json`, which counts the rows and gives the SHA-256 of each file. The whole is made in memory.
 */
export async function createArchive(
  { exportId, userId, requestedAt, parts }: ArchiveOptions,
  objects: Pick<ObjectStore, 'get'>,
): Promise<Uint8Array> {
  const archive: AsyncZippable = {};
  const domains: Record<string, { tables: Record<string, number>; files: ArchivedFile[] }> = {};
  for (const [domain, { tables, objectKeys }] of Object.entries(parts)) {
    for (const [name, rows] of Object.entries(tables)) archive[`${domain}/${name}.json`] = bytesOf(rows);
    domains[domain] = {
      tables: Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.length])),
      files: await addFiles(archive, { domain, keys: objectKeys, objects }),
    };
  }
  archive['manifest.json'] = bytesOf({ format: 1, exportId, userId, requestedAt, domains });
  return zipped(archive);
}
