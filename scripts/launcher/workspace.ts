import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '../..');

/** The one folder of state: RUN_DIRECTORY, else `run` in the checkout. */
export const runDirectory = resolve(process.env.RUN_DIRECTORY ?? join(root, 'run'));

/** Where programs that were fetched for this machine are kept; a reset leaves it alone. */
export const toolchainDirectory = join(root, 'run', 'toolchain');

/** A folder below the state folder, made when missing. */
export function stateDirectory(...names: string[]): string {
  const directory = join(runDirectory, ...names);
  mkdirSync(directory, { recursive: true });
  return directory;
}

const prismaDirectory = join(root, 'prisma');

export const schemaFileOf = (domain: string) => join(prismaDirectory, domain, 'schema.prisma');
export const migrationsOf = (domain: string) => join(prismaDirectory, domain, 'migrations');

/** The domains that have a schema in `prisma/`, by name. */
export const listDomains = () =>
  readdirSync(prismaDirectory)
    .filter((name) => existsSync(schemaFileOf(name)))
    .toSorted();

/** The subgraphs that have sources, by name. */
export const listSubgraphs = () =>
  readdirSync(join(root, 'subgraphs'))
    .filter((name) => existsSync(join(root, 'subgraphs', name, 'src')))
    .toSorted();

/** The named domains, or all; fails in one line on a name that has no schema. */
export function requireDomains(names: readonly string[]): string[] {
  const domains = listDomains();
  const unknown = names.find((name) => !domains.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no prisma/${unknown}/schema.prisma; domains: ${domains.join(', ') || 'none'}.`);
  }
  return names.length > 0 ? [...names] : domains;
}

/** Where a domain's database is, by the same rules as in the servers. */
export function databaseUrlOf(domain: string, env: NodeJS.ProcessEnv = process.env): string {
  const url = new URL(env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:4030/postgres');
  url.pathname = `/studymate_${domain}`;
  return env[`${domain.toUpperCase()}_DATABASE_URL`] ?? url.toString();
}

/** A failure in one line; of several attempts to connect, the first. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError) return describe(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** Runs a script's work; a failure is one line on stderr and exit code 1. */
export async function runScript(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`✖ ${describe(error)}`);
    if (process.env.DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
