import { resolve } from 'node:path';
import { canConnect, isProduction, readEnv, readSecret } from '@studymate/runtime';
import { z } from 'zod';
import { createFsStore } from './fs-store.ts';
import type { ObjectStore } from './object-store.ts';
import { createS3Store } from './s3-store.ts';

const environment = z.object({
  S3_ENDPOINT: z.url().optional(),
  S3_BUCKET: z.string().min(3).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  OBJECTS_DIRECTORY: z.string().min(1).optional(),
  OBJECTS_PORT: z.coerce.number().int().min(1).max(65_535).default(4026),
  OBJECTS_URL: z.url().optional(),
});

const localDirectory = resolve(import.meta.dirname, '../../../run/objects');

/**
 * The store of this process: S3 where S3_ENDPOINT or S3_BUCKET is set, else the directory of the embedded object
 * server (in production only when OBJECTS_DIRECTORY names one, since replicas must share it).
 */
export function connectObjectStore(env: NodeJS.ProcessEnv = process.env): ObjectStore {
  const config = readEnv(environment, env);
  if (config.S3_ENDPOINT !== undefined || config.S3_BUCKET !== undefined) {
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
    return createS3Store({
      bucket: config.S3_BUCKET ?? 'studymate',
      region: config.S3_REGION,
      endpoint: config.S3_ENDPOINT,
      credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    });
  }
  if (isProduction(env) && config.OBJECTS_DIRECTORY === undefined) {
    throw new Error('Set S3_BUCKET (or OBJECTS_DIRECTORY, for one machine) in production.');
  }
  return createFsStore({
    directory: config.OBJECTS_DIRECTORY ?? localDirectory,
    baseUrl: config.OBJECTS_URL ?? `http://127.0.0.1:${config.OBJECTS_PORT}`,
    secret: objectSecret(env),
  });
}

/** Whether the server behind the store of this process takes connections. */
export function canReachObjects(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const { S3_ENDPOINT, S3_BUCKET, S3_REGION, OBJECTS_URL, OBJECTS_PORT } = readEnv(environment, env);
  const local = OBJECTS_URL ?? `http://127.0.0.1:${OBJECTS_PORT}`;
  return canConnect(S3_ENDPOINT ?? (S3_BUCKET ? `https://s3.${S3_REGION}.amazonaws.com` : local));
}

/** The key of the embedded store's signatures, shared by whoever signs and the server that verifies. */
export const objectSecret = (env: NodeJS.ProcessEnv = process.env) => readSecret('OBJECTS_SECRET', env);
