import type { PlatformDatabase } from '../platform.ts';

/** A place in the write-ahead log, in bytes from its beginning. What is before it has been written. */
export type LogPosition = bigint;

const parsePosition = (rows: readonly { position: string | null }[]): LogPosition | null => {
  const position = rows[0]?.position ?? null;
  return position === null ? null : BigInt(position);
};

/** Where the primary's log ends now; everything that was committed before the call lies before it. */
export async function readWritten(primary: PlatformDatabase): Promise<LogPosition> {
  const position = parsePosition(
    await primary.$queryRaw`select (pg_current_wal_insert_lsn() - '0/0')::text as "position"`,
  );
  if (position === null) throw new Error('The primary has no write-ahead log.');
  return position;
}

/** Up to where a replica shows what the primary wrote; null when it replays nothing, as a promoted one does. */
export async function readReplayed(replica: PlatformDatabase): Promise<LogPosition | null> {
  return parsePosition(
    await replica.$queryRaw`
      select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0')::text end as "position"`,
  );
}
