import { strFromU8, unzipSync } from 'fflate';
import { decodeText } from './decode.ts';
import { type ImportedItem, problemAt } from './imported-question.ts';
import { readQti } from './qti.ts';

const maxFiles = 20_000;
const maxFileBytes = 2 * 1024 * 1024;
const maxUnpackedBytes = 100 * 1024 * 1024;
const filesAtOnce = 100;

/** Something of a package, and the share of the package that has been read with it. */
export interface PackagedItem {
  readonly item: ImportedItem;
  readonly share: number;
}

export const isArchive = (source: Uint8Array): boolean =>
  strFromU8(source.subarray(0, 4), true) === 'PK\u0003\u0004';

interface Entry {
  readonly name: string;
  readonly byteSize: number;
}

/**
 * Reads the items of a content package (ZIP). What its directory says decides, before anything is unpacked, whether it
 * has too many or too large files; no file is unpacked beyond the size it says. Files that are no items are named.
 */
export function* readQtiPackage(source: Uint8Array): Generator<PackagedItem> {
  const entries = listEntries(source);
  if (typeof entries === 'string') return yield { item: problemAt(null, null, entries), share: 1 };
  const items = entries.filter(({ name }) => name.endsWith('.xml') && !/(^|\/)imsmanifest\.xml$/.test(name));
  for (const { name } of entries.filter(({ name: each }) => !each.endsWith('.xml') && !each.endsWith('/')))
    yield { item: problemAt(null, name, 'the file is not kept'), share: 0 };
  for (let from = 0; from < items.length; from += filesAtOnce) {
    const some = items.slice(from, from + filesAtOnce);
    const files = unpack(
      source,
      new Set(some.filter(({ byteSize }) => byteSize <= maxFileBytes).map(({ name }) => name)),
    );
    for (const [index, { name }] of some.entries()) {
      const share = (from + index + 1) / items.length;
      for (const item of readFile(name, files?.[name])) yield { item, share };
    }
  }
}

function listEntries(source: Uint8Array): Entry[] | string {
  const entries: Entry[] = [];
  const listed = tryUnzip(source, ({ name, originalSize }) => {
    if (entries.length <= maxFiles) entries.push({ name, byteSize: originalSize });
    return false;
  });
  if (!listed) return 'the package is damaged or no ZIP file';
  if (entries.length > maxFiles) return `the package holds more than ${maxFiles} files`;
  const bytes = entries.reduce((sum, { byteSize }) => sum + byteSize, 0);
  return bytes > maxUnpackedBytes ? 'the package unpacks to more than 100 MiB' : entries;
}

const unpack = (source: Uint8Array, names: ReadonlySet<string>) =>
  tryUnzip(source, ({ name }) => names.has(name));

function tryUnzip(source: Uint8Array, filter: (file: { name: string; originalSize: number }) => boolean) {
  try {
    return unzipSync(source, { filter });
  } catch {
    return null;
  }
}

function* readFile(name: string, body: Uint8Array | undefined): Generator<ImportedItem> {
  if (!body) return yield problemAt(null, name, 'the file is damaged or larger than 2 MiB');
  const { text, problems } = decodeText(body);
  const named = (item: string | null) => (item === null ? name : `${name}: ${item}`);
  for (const problem of problems) yield { kind: 'PROBLEM', ...problem, item: named(problem.item) };
  for (const item of readQti(text))
    yield item.kind === 'PROBLEM' ? { ...item, item: named(item.item) } : item;
}
