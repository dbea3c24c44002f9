import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './places.ts';

const sources = join(import.meta.dirname, 'peers');
export const peersDirectory = join(benchDirectory, 'peers');

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
};

/** Installs the other gateways into a folder of their own, when that has not been done for these versions. */
export function installPeers(): void {
  mkdirSync(peersDirectory, { recursive: true });
  for (const name of readdirSync(sources)) copyFileSync(join(sources, name), join(peersDirectory, name));
  const wanted = readFileSync(join(sources, 'package.json'), 'utf8');
  const stamp = join(peersDirectory, 'installed');
  if (readOr(stamp, '') === wanted) return;
  console.log('Installing the other gateways (once, about a minute) …');
  const { status } = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'],
    {
      cwd: peersDirectory,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (status !== 0) throw new Error('The other gateways cannot be installed: npm says why above.');
  writeFileSync(stamp, wanted);
}
