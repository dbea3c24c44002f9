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

export const redisUrlOf = (env: NodeJS.ProcessEnv = process.env): string => env.REDIS_URL ?? defaultRedisUrl;
