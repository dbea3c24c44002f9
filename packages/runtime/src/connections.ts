import type { Domain } from '@studymate/contracts';

const defaultDatabaseUrl = 'postgresql://postgres@127.0.0.1:4030/postgres';
const defaultRedisUrl = 'redis://127.0.0.1:4031';

/**
 * Where a domain's database is: `<DOMAIN>_DATABASE_URL`, else database `studymate_<domain>` on the server of
 * DATABASE_URL, else on the embedded server.
 */
export function databaseUrlOf(domain: Domain, env: NodeJS.ProcessEnv = process.env): string {
  const own = env[`${domain.toUpperCase()}_DATABASE_URL`];
  if (own !== undefined) return own;
  const url = new URL(env.DATABASE_URL ?? defaultDatabaseUrl);
  url.pathname = `/studymate_${domain}`;
  return url.toString();
}

/**
 * Where a domain's read replicas are, parted by commas: `<DOMAIN>_REPLICA_URL`, else database `studymate_<domain>` on
 * each server of DATABASE_REPLICA_URL; none unless given.
 */
export function replicaUrlsOf(domain: Domain, env: NodeJS.ProcessEnv = process.env): string[] {
  const listed = (urls: string | undefined) => (urls ?? '').split(',').flatMap((url) => url.trim() || []);
  const own = env[`${domain.toUpperCase()}_REPLICA_URL`];
  if (own !== undefined) return listed(own);
  return listed(env.DATABASE_REPLICA_URL).map((server) => databaseUrlOf(domain, { DATABASE_URL: server }));
}

export const redisUrlOf = (env: NodeJS.ProcessEnv = process.env): string => env.REDIS_URL ?? defaultRedisUrl;
