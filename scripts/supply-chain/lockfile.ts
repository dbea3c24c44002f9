import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ resolution: z.record(z.string(), z.unknown()) })),
});

/** What is installed: its name, its version, and by what it is recognised. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly resolution: Readonly<Record<string, unknown>>;
}

/** Every package of a checkout's pnpm-lock.yaml. */
export function readLockfile(root: string): LockedPackage[] {
  const { packages } = lockSchema.parse(parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')));
  return Object.entries(packages).map(([key, { resolution }]) => {
    const at = key.lastIndexOf('@');
    return { name: key.slice(0, at), version: key.slice(at + 1), resolution };
  });
}

/**
 * Packages that come from elsewhere than the registry (an address, a repository, a folder), or are not recognised by a
 * SHA-512. What lockfile-lint does for the lockfiles of npm and yarn; it cannot read pnpm's.
 */
export const findStrangePackages = (packages: readonly LockedPackage[]): string[] =>
  packages.flatMap(({ name, version, resolution }) => {
    const { integrity, ...elsewhere } = resolution;
    const problems = Object.keys(elsewhere).map((key) => `comes from elsewhere than the registry (${key})`);
    if (typeof integrity !== 'string' || !integrity.startsWith('sha512-')) problems.push('has no SHA-512');
    return problems.map((problem) => `${name}@${version} ${problem}`);
  });
