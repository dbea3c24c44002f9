import { domainPorts } from '@studymate/contracts';
import { databaseUrlOf, readEnv, redisUrlOf } from '@studymate/runtime';
import { z } from 'zod';
import { readModels } from './model/catalogue.ts';

const environment = z.object({
  AI_PORT: z.coerce.number().int().min(0).max(65_535).default(domainPorts.ai),
  AI_TIMEOUT_MS: z.coerce.number().int().min(1).default(10_000),
});

/** What the environment says, defaults filled in. Throws one readable error when something is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const { AI_PORT, AI_TIMEOUT_MS } = readEnv(environment, env);
  return {
    port: AI_PORT,
    timeoutMs: AI_TIMEOUT_MS,
    databaseUrl: databaseUrlOf('ai', env),
    redisUrl: redisUrlOf(env),
    models: readModels(env),
  };
}
