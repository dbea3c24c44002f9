import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { UnreadableFileError } from '../material/extract/unreadable-file.ts';
import { unpackArchive } from '../material/extract/unzip.ts';

const maxCollectionBytes = 256 * 1024 * 1024;
/** Newest first: a package of a newer Anki also carries an older file that only asks for an update. */
const collections = ['collection.anki21b', 'collection.anki21', 'collection.anki2'] as const;

function unpackCollection(body: Uint8Array): Uint8Array {
  const files = unpackArchive(body, (name) => collections.some((known) => known === name));
  const [newest, ...older] = collections;
  const compressed = files.get(newest);
  if (!compressed) {
    const found = older.flatMap((name) => files.get(name) ?? [])[0];
    if (!found) throw new UnreadableFileError('The file is no Anki package.');
    return found;
  }
  try {
    return zstdDecompressSync(compressed, { maxOutputLength: maxCollectionBytes });
  } catch {
    throw new UnreadableFileError('The collection in the package is damaged, or unpacks to too much.');
  }
}

/**
 * The collection of an Anki package (.apkg), of both formats: SQLite as it is (`collection.anki2`, `.anki21`), or
 * compressed with Zstandard (`collection.anki21b`). Held in memory, with nothing in it that would run: no views and
 * triggers, and without Anki's own collation, which names but does not order anything that is read here.
 */
export function openCollection(body: Uint8Array): DatabaseSync {
  const collection = new DatabaseSync(':memory:', { defensive: false });
  try {
    collection.deserialize(unpackCollection(body));
    collection.exec(`
      pragma writable_schema = on;
      delete from sqlite_schema where type not in ('table', 'index') or sql like 'create virtual%';
      update sqlite_schema set sql = replace(sql, 'unicase', 'binary') where type = 'table';
      pragma writable_schema = reset;
      pragma trusted_schema = off;
      pragma cell_size_check = on`);
    collection.enableDefensive(true);
    return collection;
  } catch (error) {
    collection.close();
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError('The collection in the package cannot be read.');
  }
}
