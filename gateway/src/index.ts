import { readConfig, type StartOptions } from './config.ts';
import { startGateway } from './server.ts';

export type { StartOptions } from './config.ts';

/** Starts StudyMate's gateway, or anybody's when `options` or the environment name another supergraph. */
export const start = async (
  environment: NodeJS.ProcessEnv = process.env,
  options: StartOptions = {},
): Promise<{ readonly url: string; stop(): Promise<void> }> => startGateway(readConfig(environment, options));
