import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOfUnpacked, unpackDebianPackages } from './debian-packages.ts';

/** A program, and what it needs to run. */
export interface Program {
  readonly path: string;
  readonly environment: NodeJS.ProcessEnv;
}

const place = 'usr/sbin/haproxy';
/** Of Debian 12, and of what comes after it. */
const packageSets = [
  ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1', 'libpcre2-8-0'],
  ['haproxy', 'liblua5.4-0', 'libpcre2-8-0'],
];

/** HAProxy as installed, else Debian's package, unpacked without root below `cache`; null where there is neither. */
export function findHaproxy(cache: string): Program | null {
  if (existsSync(`/${place}`)) return { path: `/${place}`, environment: {} };
  const path = join(cache, place);
  if (!existsSync(path) && !unpackDebianPackages(cache, packageSets)) return null;
  return { path, environment: environmentOfUnpacked(cache) };
}
