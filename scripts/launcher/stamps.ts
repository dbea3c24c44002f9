import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { root, stateDirectory } from './workspace.ts';

const skipped = new Set(['node_modules', '__generated__']);

function listFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => !skipped.has(name))
    .toSorted()
    .flatMap((name) => listFiles(join(path, name)));
}

/** A digest of the names (within the checkout) and contents of files and folders; missing ones count as absent. */
export function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(listFiles))
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/**
 * Does work once per state of its inputs: skips it when they and its outputs are as they were after the last time. The
 * stamp is a name in the folder of stamps, or a path next to what was made.
 */
export async function onceFor(
  name: string,
  { inputs, outputs }: { inputs: readonly string[]; outputs: readonly string[] },
  work: () => Promise<void>,
): Promise<boolean> {
  const stamp = isAbsolute(name) ? name : join(stateDirectory('stamps'), name);
  const digest = digestOf(inputs);
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (isCurrent && outputs.every((output) => existsSync(output))) return false;
  await work();
  writeFileSync(stamp, digest);
  return true;
}
