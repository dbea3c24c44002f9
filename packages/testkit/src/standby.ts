import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '@studymate/embedded';
import { withClient } from '@studymate/schema-engine/connection';

export interface StandbyOptions {
  /** The superuser's URL of the server to follow. */
  readonly primaryUrl: string;
  /** Where the standby's cluster is made. */
  readonly directory: string;
  readonly port: number;
  /** For how long it holds back what it has received. */
  readonly delaySeconds: number;
}

/**
 * Copies a running cluster by PostgreSQL's low-level backup API (manual 26.3.3), which needs no program that an
 * embedded server lacks, and starts the copy as a streaming standby.
 */
export async function startStandby(options: StandbyOptions): Promise<RunningPostgres> {
  const { primaryUrl, directory, port, delaySeconds } = options;
  const data = join(directory, 'data');
  mkdirSync(directory, { recursive: true });
  await withClient(primaryUrl, async (client) => {
    const { rows } = await client.query<{ data_directory: string; version: string }>(
      "select current_setting('data_directory') as data_directory, current_setting('server_version_num') as version",
    );
    const isOld = Number(rows[0]?.version) < 150_000;
    await client.query(
      isOld ? "select pg_start_backup('standby', true, false)" : "select pg_backup_start('standby', true)",
    );
    execFileSync('cp', ['-a', rows[0]?.data_directory ?? '', data]);
    const stop = isOld ? 'pg_stop_backup(false, false)' : 'pg_backup_stop(false)';
    const stopped = await client.query<{ labelfile: string }>(`select labelfile from ${stop}`);
    writeFileSync(join(data, 'backup_label'), stopped.rows[0]?.labelfile ?? '');
  });
  rmSync(join(data, 'postmaster.pid'), { force: true });
  writeFileSync(join(data, 'standby.signal'), '');
  const { hostname, port: primaryPort, username } = new URL(primaryUrl);
  return startPostgres({
    directory,
    port,
    settings: [
      `primary_conninfo=host=${hostname} port=${primaryPort} user=${username}`,
      `recovery_min_apply_delay=${delaySeconds}s`,
      'hot_standby=on',
    ],
  });
}
