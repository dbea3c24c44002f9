import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './path.ts';

const downloadTimeoutMs = 180_000;
const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** What a program needs to find the libraries that were unpacked with it. */
export const environmentOfUnpacked = (directory: string): NodeJS.ProcessEnv => ({
  LD_LIBRARY_PATH: join(directory, `usr/lib/${architecture}-linux-gnu`),
});

/**
 * Unpacks packages of Debian's or Ubuntu's into `directory`, with an apt state of our own: touches nothing outside and
 * needs no root. Of several sets of names the first that is there is taken. Answers whether that succeeded.
 */
export function unpackDebianPackages(directory: string, sets: readonly (readonly string[])[]): boolean {
  if (!findOnPath('apt-get') || !findOnPath('dpkg')) return false;
  const work = `${directory}.${process.pid}`;
  const [state, archives, unpacked] = [join(work, 'apt'), join(work, 'archives'), join(work, 'root')];
  for (const path of [
    join(state, 'lists/partial'),
    join(state, 'cache/archives/partial'),
    archives,
    unpacked,
  ]) {
    mkdirSync(path, { recursive: true });
  }
  const run = (command: string, parameters: readonly string[]) =>
    spawnSync(command, parameters, { cwd: archives, timeout: downloadTimeoutMs }).status === 0;
  const apt = (...parameters: string[]) => run('apt-get', [...privateState(state), ...parameters]);
  try {
    if (!apt('update') || !sets.some((names) => apt('download', ...names))) return false;
    const files = readdirSync(archives).filter((file) => file.endsWith('.deb'));
    if (!files.every((file) => run('dpkg', ['-x', file, unpacked]))) return false;
    rmSync(directory, { recursive: true, force: true });
    renameSync(unpacked, directory);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const privateState = (state: string) => [
  '-qq',
  ...[
    `Dir::State=${state}`,
    `Dir::State::Lists=${join(state, 'lists')}`,
    `Dir::Cache=${join(state, 'cache')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    'APT::Sandbox::User=',
    'Acquire::Retries=2',
  ].flatMap((setting) => ['-o', setting]),
];
