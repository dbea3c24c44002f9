import { createLogger } from '@studymate/runtime';
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Config } from '../config.ts';
import { createOperationFolder } from '../operations/operation-folder.ts';
import { checkSchema, type KnownOperation, reportCheck } from '../schema-checks/check-schema.ts';
import { readUsage } from '../schema-checks/usage.ts';
import { trafficStoreOf } from './create-recording.ts';
import { knownFromTraffic, type RecordedTraffic, readTrafficFile } from './recorded-traffic.ts';

/** Traffic from an exported file, or what the gateways of a configuration recorded in `redis`. */
export async function readTraffic(config: Config, from: string, days: number): Promise<RecordedTraffic> {
  if (from !== 'redis') return readTrafficFile(from);
  const store = trafficStoreOf(config, () => new Date());
  if (!store) {
    throw new Error(
      'No traffic is recorded: set "operations.recordTraffic" in the configuration, and REDIS_URL.',
    );
  }
  try {
    return await store.read(days);
  } finally {
    store.stop();
  }
}

async function listRegistered(path: string | null): Promise<KnownOperation[]> {
  const folder = createOperationFolder(path, createLogger('operations'));
  await folder.start();
  folder.stop();
  const { clients } = folder.current();
  return [...clients.values()].flatMap(({ client, version, operations }) =>
    operations.map(({ id, name, body }) => ({
      id,
      name,
      body,
      senders: [`${client} (registered, version ${version})`],
      sent: null,
    })),
  );
}

export interface ChangeOptions {
  readonly before: GraphQLSchema;
  readonly after: GraphQLSchema;
  /** The folder of registered operations; null when there is none. */
  readonly folder: string | null;
  readonly recorded: RecordedTraffic | null;
}

/**
 * Holds a change of schema against registered operations and recorded traffic. Without recorded traffic nobody knows
 * who sends texts of their own: then any breaking change is unsafe.
 */
export async function checkAgainstOperations({ before, after, folder, recorded }: ChangeOptions) {
  const known = [...(await listRegistered(folder)), ...(recorded ? knownFromTraffic(recorded) : [])];
  const checked = await checkSchema(before, after, known);
  const isSafe = checked.broken.length === 0 && (recorded !== null || checked.breaking.length === 0);
  return { lines: reportCheck(checked, recorded !== null), isSafe };
}

const total = ({ uses }: RecordedTraffic['operations'][number]): number =>
  uses.reduce((sum, { count }) => sum + count, 0);

/** Recorded operations by how often they were asked; with a schema, what of it was used instead. */
export function listTraffic({ operations }: RecordedTraffic, schema: GraphQLSchema | null): string[] {
  if (schema === null) {
    return operations
      .toSorted((one, other) => total(other) - total(one))
      .flatMap(({ hash, name, uses }) =>
        uses.map(
          ({ client, version, count, lastSeenAt }) =>
            `${String(count).padStart(10)}  ${name ?? 'unnamed'} ${hash.slice(0, 12)}  ${client} ${version}  ${lastSeenAt}`,
        ),
      );
  }
  const counts = new Map<string, number>();
  for (const operation of operations) {
    const document = parse(operation.body, { noLocation: true });
    if (validate(schema, document).length > 0) continue;
    for (const path of readUsage(schema, document, new Set(operation.sent)))
      counts.set(path, (counts.get(path) ?? 0) + total(operation));
  }
  return [...counts]
    .filter(([path]) => path.includes('.'))
    .toSorted(([one, ofOne], [other, ofOther]) => ofOther - ofOne || one.localeCompare(other))
    .map(([path, count]) => `${String(count).padStart(10)}  ${path}`);
}
