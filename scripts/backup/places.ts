import { join } from 'node:path';
import { redisUrlOf } from '@studymate/runtime';
import { connectObjectStore, type ObjectStore } from '@studymate/storage';
import { databaseUrlOf, listDomains, runDirectory } from '../launcher/workspace.ts';

/** Where a StudyMate keeps what it knows. */
export interface Places {
  readonly databases: Readonly<Record<string, string>>;
  readonly redisUrl: string;
  readonly objects: ObjectStore;
}

/** Those of the environment, as the servers read it; without one, of the house in the state folder. */
export const placesOf = (env: NodeJS.ProcessEnv = process.env): Places => ({
  databases: Object.fromEntries(listDomains().map((domain) => [domain, databaseUrlOf(domain, env)])),
  redisUrl: redisUrlOf(env),
  objects: connectObjectStore({ OBJECTS_DIRECTORY: join(runDirectory, 'objects'), ...env }),
});
