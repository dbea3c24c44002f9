import { domainPorts } from '@studymate/contracts';
import { databaseUrlOf, readEnv, redisUrlOf } from '@studymate/runtime';
import { z } from 'zod';

const configSchema = z.object({
  QUIZ_PORT: z.coerce.number().int().min(1).max(65_535).default(domainPorts.quiz),
});

export interface Config {
  readonly port: number;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** What this process needs of its environment; throws one readable error when something is wrong. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => ({
  port: readEnv(configSchema, env).QUIZ_PORT,
  databaseUrl: databaseUrlOf('quiz', env),
  redisUrl: redisUrlOf(env),
});
