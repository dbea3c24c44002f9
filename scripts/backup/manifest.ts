import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const fingerprintSchema = z.object({ rows: z.int(), md5: z.string() });
const tableSchema = fingerprintSchema.extend({
  name: z.string(),
  columns: z.array(z.string()),
  file: z.string(),
});
const databaseSchema = z.object({
  /** The migrations that had been applied. */
  migrations: z.array(z.string()),
  tables: z.array(tableSchema),
  /** Sequences and the value each gives next. */
  sequences: z.record(z.string(), z.string()),
});
const objectSchema = z.object({
  key: z.string(),
  contentType: z.string(),
  sha256: z.string(),
  file: z.string(),
});
const manifestSchema = z.object({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  databases: z.record(z.string(), databaseSchema),
  redis: z.object({ keys: z.int(), file: z.string() }),
  objects: z.array(objectSchema),
  /** SHA-256 of every file but this one. */
  files: z.record(z.string(), z.string()),
});

/** What is in a table: how many rows, and a digest of all of them that knows no order. */
export type Fingerprint = z.infer<typeof fingerprintSchema>;
export type TableBackup = z.infer<typeof tableSchema>;
export type DatabaseBackup = z.infer<typeof databaseSchema>;
export type ObjectBackup = z.infer<typeof objectSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestFile = 'manifest.json';

export const readManifest = (directory: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join(directory, manifestFile), 'utf8')));

/** The SHA-256 of a file, in hex. */
export async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Throws when a file is missing or is not what was written. */
export async function requireWhole(directory: string, { files }: Manifest): Promise<void> {
  for (const [file, sha256] of Object.entries(files)) {
    const found = await checksumOf(join(directory, file)).catch(() => null);
    if (found !== sha256)
      throw new Error(`${file} of the backup is ${found === null ? 'missing' : 'damaged'}.`);
  }
}
