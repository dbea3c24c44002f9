import { isProduction } from './env.ts';

/**
 * A shared secret from the environment. Outside production a value derived from the name stands in, so
 * that a fresh clone starts; in production a missing, default or short (< 32 bytes) secret refuses to start.
 */
export function readSecret(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const standIn = `development-only-${name.toLowerCase().replaceAll('_', '-')}-never-in-production`;
  const value = env[name];
  if (!isProduction(env)) return value ?? standIn;
  if (value === undefined || value === standIn || Buffer.byteLength(value) < 32) {
    throw new Error(`${name} must be set to at least 32 random bytes in production.`);
  }
  return value;
}
