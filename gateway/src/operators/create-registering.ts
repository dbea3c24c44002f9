import type { Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import type { OperationFolder } from '../operations/operation-folder.ts';
import { createFolderStore, createRedisStore, type RegistrationStore } from './registration-store.ts';
import { createRegistrations, type Registrations } from './registrations.ts';

export interface Registering {
  readonly registrations: Registrations;
  readonly store: RegistrationStore;
}

/** Where registrations are kept: Redis if there is any, so that every gateway has them, else a folder. */
function createStore(
  { redisUrl, registrationsFolder, environment }: Config,
  logger: Logger,
): RegistrationStore {
  if (redisUrl !== null) return createRedisStore(redisUrl, environment.QUEUE_PREFIX ?? 'studymate', logger);
  if (registrationsFolder !== null) return createFolderStore(registrationsFolder);
  throw new Error('"operators" need REDIS_URL, or a folder to keep registrations in ("operators.folder").');
}

/** Null when the configuration has no operators. */
export function createRegistering(
  config: Config,
  deployed: OperationFolder,
  logger: Logger,
): Registering | null {
  if (config.operators === false) return null;
  const store = createStore(config, logger);
  return { store, registrations: createRegistrations(deployed, store, logger) };
}
