import type { LockedPackage } from './lockfile.ts';

interface Floor {
  readonly version: string;
  readonly why: string;
}

const prototypes = 'CVE-2026-32621: prototype pollution through aliases, variables and answers of subgraphs';

/** The oldest versions that may be installed: what an advisory database would say, for where there is none. */
export const floors: Readonly<Record<string, Floor>> = {
  '@apollo/gateway': { version: '2.13.2', why: prototypes },
  '@apollo/query-planner': { version: '2.13.2', why: prototypes },
  '@apollo/federation-internals': { version: '2.13.2', why: prototypes },
  '@apollo/composition': {
    version: '2.12.1',
    why: 'GHSA-mx7m-j9xf-62hw, GHSA-m8jr-fxqx-8xx6: access rules around interfaces and @requires',
  },
  '@apollo/server': {
    version: '5.5.0',
    why: 'GHSA-9q82-xgwf-vj6h: reading across sites; CVE-2026-23897: denial of service by charset',
  },
};

const numbersOf = (version: string): number[] => (version.split('-')[0] ?? '').split('.').map(Number);

/** Whether a version is older than another; what follows a hyphen does not count. */
export function isOlder(version: string, floor: string): boolean {
  const [own, least] = [numbersOf(version), numbersOf(floor)];
  const at = least.findIndex((number, index) => number !== own[index]);
  return at >= 0 && (own[at] ?? 0) < (least[at] ?? 0);
}

/** Installed versions below their floor, each with what is wrong with them. */
export const findOldPackages = (packages: readonly LockedPackage[]): string[] =>
  packages.flatMap(({ name, version }) => {
    const floor = floors[name];
    if (!floor || !isOlder(version, floor.version)) return [];
    return [`${name}@${version} is older than ${floor.version} (${floor.why})`];
  });
