import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@studymate/runtime';
import { parseManifest } from './manifest.ts';
import {
  type ClientOperations,
  createRegistry,
  indexOperations,
  type OperationRegistry,
} from './operation-registry.ts';

const pollMs = 500;
const fileName = /^([\w-]+)(?:\.(rest|tools))?\.json$/;

/** A side file of a client: which of its operations are REST routes, or tools. */
export type SideFile = 'rest' | 'tools';

/** The folder of manifests, `<client>.json`, and their side files, followed while the gateway runs. */
export interface OperationFolder {
  current(): OperationRegistry;
  /** The parsed side files of a kind, by client. */
  sideFiles(kind: SideFile): ReadonlyMap<string, unknown>;
  /** Files that could not be read, and why. */
  unreadable(): readonly string[];
  /** Called after each change that could be read. */
  onChange(listener: () => void): void;
  /** Reads the folder the first time. A file that cannot be read is logged, and the others are served. */
  start(): Promise<void>;
  stop(): void;
}

interface KeptFile {
  readonly stamp: string;
  readonly client: string;
  readonly kind: SideFile | 'manifest';
  /** The last content that could be read; undefined when none ever could. */
  readonly content: ClientOperations | { readonly side: unknown } | undefined;
  /** Why the present content could not be read; null when it could. */
  readonly problem: string | null;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isMissingFile = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

const emptyFolder = (error: unknown): string[] => {
  if (isMissingFile(error)) return [];
  throw error;
};

/** Reads a file again when it has changed; one that became unreadable keeps what it said before. */
async function readAgain(
  path: string,
  file: Pick<KeptFile, 'client' | 'kind'>,
  { kept, logger }: { readonly kept: KeptFile | undefined; readonly logger: Logger },
): Promise<KeptFile> {
  const { mtimeMs, size, ino } = await stat(path);
  const stamp = `${mtimeMs}:${size}:${ino}`;
  if (kept?.stamp === stamp) return kept;
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    const content =
      file.kind === 'manifest' ? indexOperations(file.client, parseManifest(parsed)) : { side: parsed };
    return { ...file, stamp, content, problem: null };
  } catch (error) {
    logger.error(
      { path, reason: describe(error) },
      'registered operations cannot be read; the last good stay',
    );
    return { ...file, stamp, content: kept?.content, problem: `${path}: ${describe(error)}` };
  }
}

async function readFolder(
  folder: string,
  known: ReadonlyMap<string, KeptFile>,
  logger: Logger,
): Promise<Map<string, KeptFile>> {
  const names = await readdir(folder).catch(emptyFolder);
  const files = await Promise.all(
    names.flatMap((name) => {
      const [, client, kind = 'manifest'] = fileName.exec(name) ?? [];
      if (client === undefined || (kind !== 'manifest' && kind !== 'rest' && kind !== 'tools')) return [];
      const again = readAgain(join(folder, name), { client, kind }, { kept: known.get(name), logger });
      return [again.then((file) => [name, file] as const)];
    }),
  );
  return new Map(files);
}

const registryOf = (files: ReadonlyMap<string, KeptFile>): OperationRegistry =>
  createRegistry(
    new Map(
      [...files.values()].flatMap(({ client, content }) =>
        content && 'find' in content ? [[client, content] as const] : [],
      ),
    ),
  );

const hasChanged = (before: ReadonlyMap<string, KeptFile>, after: ReadonlyMap<string, KeptFile>): boolean =>
  before.size !== after.size || [...after].some(([name, file]) => before.get(name) !== file);

/** Follows a folder of manifests; null has none. */
export function createOperationFolder(folder: string | null, logger: Logger): OperationFolder {
  let files: ReadonlyMap<string, KeptFile> = new Map();
  let registry = createRegistry(new Map());
  let timer: NodeJS.Timeout | null = null;
  const listeners: (() => void)[] = [];

  const read = async () => {
    if (folder === null) return;
    const next = await readFolder(folder, files, logger);
    if (!hasChanged(files, next)) return;
    files = next;
    registry = registryOf(next);
    for (const listener of listeners) listener();
  };
  const follow = async () => {
    await read().catch((error: unknown) =>
      logger.error({ folder, reason: describe(error) }, 'cannot be followed'),
    );
    if (timer !== null) timer = setTimeout(() => void follow(), pollMs).unref();
  };

  return {
    current: () => registry,
    sideFiles: (kind) =>
      new Map(
        [...files.values()].flatMap((file) =>
          file.kind === kind && file.content && 'side' in file.content
            ? [[file.client, file.content.side] as const]
            : [],
        ),
      ),
    unreadable: () => [...files.values()].flatMap(({ problem }) => problem ?? []),
    onChange: (listener) => listeners.push(listener),
    start: async () => {
      await read();
      if (folder !== null) timer = setTimeout(() => void follow(), pollMs).unref();
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
