import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort, startPostgres } from '@studymate/embedded';
import { stateDirectory } from './workspace.ts';

/** Runs work against the server of DATABASE_URL, else against a PostgreSQL that is thrown away afterwards. */
export async function withScratchServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  if (process.env.DATABASE_URL) return work(process.env.DATABASE_URL);
  const directory = mkdtempSync(join(stateDirectory('scratch'), 'postgres-'));
  const postgres = await startPostgres({ directory, port: await findFreePort(), ephemeral: true });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
