import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './path.ts';

/** A Redis or Valkey server program, what it needs to run, and where it came from. */
export interface RedisBinary {
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly from: string;
}

const serverNames = ['redis-server', 'valkey-server', 'keydb-server'];
const libraries = ['libjemalloc2', 'liblzf1', 'libatomic1'];
const packageSets = [
  ['redis-server', 'redis-tools', ...libraries],
  ['valkey-server', 'valkey-tools', ...libraries],
];
const downloadTimeoutMs = 180_000;

/**
 * A server on PATH, else Debian's package, unpacked without root below `cache` (downloaded the first time, ~10 MB).
 * `onDownload` is told before that happens.
 */
export function findRedis(cache: string, onDownload: () => void = () => undefined): RedisBinary {
  for (const name of serverNames) {
    const program = findOnPath(name);
    if (program) return { program, environment: {}, from: `${name} on PATH` };
  }
  const cached = findUnpacked(cache);
  if (cached) return cached;
  onDownload();
  const downloaded = downloadPackages(cache) ? findUnpacked(cache) : undefined;
  if (downloaded) return downloaded;
  throw new Error(
    'No Redis found: set REDIS_URL to a server of yours, or install one (apt-get install redis-server, brew install redis).',
  );
}

function findUnpacked(cache: string): RedisBinary | undefined {
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const program = serverNames.map((name) => join(cache, 'usr/bin', name)).find((path) => existsSync(path));
  if (!program) return undefined;
  const environment = { LD_LIBRARY_PATH: join(cache, `usr/lib/${architecture}-linux-gnu`) };
  return { program, environment, from: "Debian's package" };
}

/** Debian and Ubuntu, with an apt state of our own: touches nothing outside `cache` and needs no root. */
function downloadPackages(cache: string): boolean {
  if (!findOnPath('apt-get') || !findOnPath('dpkg')) return false;
  const work = `${cache}.${process.pid}`;
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
    if (!apt('update') || !packageSets.some((names) => apt('download', ...names))) return false;
    const files = readdirSync(archives).filter((file) => file.endsWith('.deb'));
    if (!files.every((file) => run('dpkg', ['-x', file, unpacked]))) return false;
    rmSync(cache, { recursive: true, force: true });
    renameSync(unpacked, cache);
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
