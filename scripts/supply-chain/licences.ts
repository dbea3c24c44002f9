import { execFileSync } from 'node:child_process';
import { z } from 'zod';

const listSchema = z.record(z.string(), z.array(z.object({ name: z.string() })));

/** Licences that ask for no more than their notice. */
const permissive = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['Unlicense', 'CC0-1.0', 'Python-2.0', 'PSF-2.0', 'Zlib'],
]);

/** Others, for packages that were looked at. */
const lookedAt: Readonly<Record<string, RegExp>> = {
  // May not be offered to others as a managed service of its own; a gateway in front of one's own graph is none.
  'Elastic-2.0': /^@apollo\/(composition|federation-internals|gateway|query-graphs|query-planner)$/,
  // A file of it that is changed stays under it; it is used as it comes, by Prisma's programs.
  'EPL-2.0': /^elkjs$/,
  // Data, used as it comes: whoever shows what it says names its makers, as docs/how-to/when-an-account-is-attacked.md does.
  'ODbL-1.0': /^world-countries$/,
  'SEE LICENSE IN GEOLITE2_LICENSE AND GEOLITE2_EULA': /^@ip-location-db\/geolite2-city-mmdb$/,
};

const isPermissive = (licence: string) =>
  licence
    .replaceAll(/[()]/g, '')
    .split(/ and /i)
    .every((part) => part.split(/ or /i).some((one) => permissive.has(one)));

/** How many packages that production uses are under each licence, and which are under one that nobody has looked at. */
export function readLicences(root: string) {
  const listed = execFileSync('pnpm', ['--recursive', 'licenses', 'list', '--prod', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 50_000_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const licences = listSchema.parse(JSON.parse(listed));
  const counts = Object.entries(licences).map(([licence, packages]) => [licence, packages.length] as const);
  const problems = Object.entries(licences).flatMap(([licence, packages]) =>
    packages
      .filter(({ name }) => !isPermissive(licence) && !lookedAt[licence]?.test(name))
      .map(({ name }) => `${name} is under ${licence}`),
  );
  return { counts: counts.toSorted(([, one], [, other]) => other - one), problems };
}
