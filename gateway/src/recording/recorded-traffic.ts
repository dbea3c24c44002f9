import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { KnownOperation } from '../schema-checks/check-schema.ts';

export const recordedFormat = 'studymate-recorded-traffic';

const operationSchema = z.object({
  /** SHA-256 of the text. */
  hash: z.string(),
  name: z.string().nullable(),
  body: z.string(),
  /** What of input types was seen in variables. */
  sent: z.array(z.string()),
  uses: z.array(
    z.object({
      client: z.string(),
      version: z.string(),
      count: z.int().positive(),
      lastSeenAt: z.iso.datetime(),
    }),
  ),
});

const trafficSchema = z.object({
  format: z.literal(recordedFormat),
  exportedAt: z.iso.datetime(),
  /** How many days it looks back. */
  days: z.int().positive(),
  operations: z.array(operationSchema),
});

export type RecordedOperation = z.output<typeof operationSchema>;

/** The operations that gateways answered, by whom and how often. */
export type RecordedTraffic = z.output<typeof trafficSchema>;

/** Reads exported traffic. Throws an Error that names the file when it is none. */
export async function readTrafficFile(path: string): Promise<RecordedTraffic> {
  try {
    return trafficSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(
      `${path} holds no recorded traffic: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

export const knownFromTraffic = ({ operations }: RecordedTraffic): KnownOperation[] =>
  operations.map(({ hash, name, body, sent, uses }) => ({
    id: hash,
    name,
    body,
    senders: uses.map(({ client, version, count }) => `${client} ${version} (${count} times)`),
    sent: new Set(sent),
  }));
