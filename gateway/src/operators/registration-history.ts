import { z } from 'zod';
import { bareId, type Manifest, type RegisteredOperation, readOperation } from '../operations/manifest.ts';

const historySchema = z.object({
  /** Every text that a kept version stands for. */
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
  /** The oldest first. */
  versions: z
    .array(
      z.object({
        version: z.int().positive(),
        at: z.iso.datetime(),
        /** Who did it. */
        by: z.string(),
        rolledBackTo: z.int().min(0).nullable(),
        ids: z.array(z.string()),
      }),
    )
    .readonly(),
});

/** What one client has registered while gateways ran, version by version. */
export type RegistrationHistory = z.output<typeof historySchema>;
export type RegisteredVersion = RegistrationHistory['versions'][number];

export const emptyHistory: RegistrationHistory = { operations: [], versions: [] };

const keptVersions = 50;

export const parseHistory = (text: string): RegistrationHistory => historySchema.parse(JSON.parse(text));

export const versionOf = ({ versions }: RegistrationHistory): number => versions.at(-1)?.version ?? 0;

/** Every operation of the kept versions, in force or not: their ids are taken. */
export const everRegistered = ({ operations }: RegistrationHistory): RegisteredOperation[] =>
  operations.map(({ id, body }) => readOperation(id, body));

/** What the present version of a history stands for. */
export function manifestOf(history: RegistrationHistory): Manifest {
  const present = history.versions.at(-1);
  const ids = new Set(present?.ids);
  return {
    version: present?.version ?? 0,
    operations: everRegistered(history).filter(({ id }) => ids.has(id)),
  };
}

/** The history with one version more. The oldest versions, and texts that only they had, are forgotten. */
export function withVersion(
  history: RegistrationHistory,
  next: Omit<RegisteredVersion, 'version'>,
  brought: readonly { readonly id: string; readonly body: string }[] = [],
): RegistrationHistory {
  const versions = [...history.versions, { ...next, version: versionOf(history) + 1 }].slice(-keptVersions);
  const known = new Set(history.operations.map(({ id }) => bareId(id)));
  const named = new Set(versions.flatMap(({ ids }) => ids));
  const all = [...history.operations, ...brought.filter(({ id }) => !known.has(bareId(id)))];
  return {
    operations: all.filter(({ id }) => named.has(id)).map(({ id, body }) => ({ id, body })),
    versions,
  };
}
