import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, relative, sep } from 'node:path';

const unwatched = new Set(['node_modules', '__generated__', 'dist']);

/**
 * Reports the path (relative to `base`, with `/`) of every file below the folders that is written, replaced, added or
 * removed. Each folder has a watch of its own: the recursive one of Node loses files that an editor replaces.
 */
export function watchTree(
  base: string,
  folders: readonly string[],
  onEdit: (path: string) => void,
): () => void {
  const watchers = new Map<string, FSWatcher>();

  const add = (directory: string): void => {
    if (watchers.has(directory)) return;
    const watcher = watch(directory, (_event, name) => {
      if (name === null || unwatched.has(name)) return;
      const path = join(directory, name);
      if (isDirectory(path)) add(path);
      else onEdit(relative(base, path).split(sep).join('/'));
    });
    watcher.on('error', () => remove(directory));
    watchers.set(directory, watcher);
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !unwatched.has(entry.name)) add(join(directory, entry.name));
    }
  };
  const remove = (directory: string): void => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };

  for (const folder of folders) add(join(base, folder));
  return () => {
    for (const directory of [...watchers.keys()]) remove(directory);
  };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
