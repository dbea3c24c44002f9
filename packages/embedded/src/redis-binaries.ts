import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOfUnpacked, unpackDebianPackages } from './debian-packages.ts';
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
  const downloaded = unpackDebianPackages(cache, packageSets) ? findUnpacked(cache) : undefined;
  if (downloaded) return downloaded;
  throw new Error(
    'No Redis found: set REDIS_URL to a server of yours, or install one (apt-get install redis-server, brew install redis).',
  );
}

function findUnpacked(cache: string): RedisBinary | undefined {
  const program = serverNames.map((name) => join(cache, 'usr/bin', name)).find((path) => existsSync(path));
  if (!program) return undefined;
  return { program, environment: environmentOfUnpacked(cache), from: "Debian's package" };
}
