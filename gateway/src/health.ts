import { canConnect, canPing, type Health, type HealthCheck, readHealth } from '@studymate/runtime';
import type { Config } from './config.ts';
import type { Upstream } from './upstream.ts';

export interface HealthOptions {
  readonly config: Config;
  readonly locate: (upstream: Upstream) => string | null;
  /** The subgraphs of the supergraph in service, by name, and where they are. */
  readonly services: () => ReadonlyMap<string, string>;
}

/** However often it is asked, the others are looked at no more often than this. */
const freshMs = 1_000;

const isThere = (url: string | null): Promise<boolean> =>
  url === null ? Promise.resolve(false) : canConnect(url);

/** What a gateway depends on, by name: where it is belongs to nobody outside. */
export function createHealth({ config, locate, services }: HealthOptions): () => Promise<Health> {
  const { redisUrl, identity, jwksUrl } = config;
  const listChecks = (): Record<string, HealthCheck> => ({
    ...(redisUrl === null ? {} : { cache: () => canPing(redisUrl) }),
    ...(identity === false ? {} : { keys: () => isThere(jwksUrl ?? locate(identity.jwks)) }),
    ...Object.fromEntries([...services()].map(([name, url]) => [name, () => isThere(url)])),
  });

  let seen: Promise<Health> | null = null;
  let seenAt = 0;
  return () => {
    if (seen === null || performance.now() - seenAt > freshMs) {
      seenAt = performance.now();
      seen = readHealth(listChecks());
    }
    return seen;
  };
}
