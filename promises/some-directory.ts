import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { root } from '../tests/end-to-end/house.ts';

/** A folder of a test file's own, which goes when the file ends. Call it at the top of a test file. */
export function someDirectory(name: string): string {
  const runs = join(root, 'run/test');
  mkdirSync(runs, { recursive: true });
  const directory = mkdtempSync(join(runs, `${process.pid}-${name}-`));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
