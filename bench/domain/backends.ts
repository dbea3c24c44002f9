import { withClient } from '@studymate/schema-engine/connection';

/** The processes of PostgreSQL that hold a connection to the database, our own aside. */
export const listBackends = (url: string): Promise<number[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    return rows.map(({ pid }) => pid);
  });
