import type { Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import { type AnswerCache, createAnswerCache } from './answer-cache.ts';
import { createCacheStore } from './cache-store.ts';
import { createEntityCache } from './entity-cache.ts';
import { createExecutionCaching, type ExecutionCaching } from './execution-caching.ts';

/** The cache of a gateway. Without Redis it keeps nothing, and still tells clients what subgraphs allow. */
export interface Caching {
  /** Null: whole answers are not kept. */
  readonly answers: AnswerCache | null;
  /** For one query on its way through the plan. */
  begin(): ExecutionCaching;
  stop(): void;
}

/** Null when caching is switched off. */
export function createCaching(
  { caching, redisUrl, environment }: Pick<Config, 'caching' | 'redisUrl' | 'environment'>,
  logger: Logger,
): Caching | null {
  if (caching === false) return null;
  if (redisUrl === null) {
    return { answers: null, begin: () => createExecutionCaching(null), stop: () => undefined };
  }
  const store = createCacheStore({ ...caching, redisUrl, environment, logger });
  const entities = caching.entities ? createEntityCache(store, caching.maxAgeSeconds) : null;
  return {
    answers: caching.answers ? createAnswerCache(store, caching.maxAgeSeconds) : null,
    begin: () => createExecutionCaching(entities),
    stop: store.stop,
  };
}
