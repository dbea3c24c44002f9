import type { Viewer } from '@studymate/contracts';
import type { Clock, Logger } from '@studymate/runtime';
import type { GraphQLSchema } from 'graphql';
import { bareId, type Manifest, mergeManifests, parseManifest } from '../operations/manifest.ts';
import { findProblems, type OperationProblem } from '../operations/validate-operations.ts';
import type { OperationLimits } from '../plugins/operation-limits.ts';
import { refusal } from '../plugins/read-body.ts';
import {
  everRegistered,
  type RegisteredVersion,
  type RegistrationHistory,
  versionOf,
  withVersion,
} from './registration-history.ts';
import type { RegistrationStore } from './registration-store.ts';
import type { Registrations } from './registrations.ts';

export interface RegisterOptions {
  readonly registrations: Registrations;
  readonly store: RegistrationStore;
  readonly schema: () => GraphQLSchema;
  readonly limits: OperationLimits;
  readonly logger: Logger;
  readonly now: Clock;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const refused = (
  message: string,
  path: readonly string[],
  problems: readonly Partial<OperationProblem>[],
) => ({
  __typename: 'OperationsRefusedError' as const,
  code: 'VALIDATION',
  message,
  path,
  problems,
});

const conflict = (message: string, path: readonly string[]) => ({
  __typename: 'ConflictError' as const,
  code: 'CONFLICT',
  message,
  path,
});

/** A version as the schema tells of it: what came and went since the one before. */
export function presentVersion(client: string, history: RegistrationHistory, version: RegisteredVersion) {
  const before = history.versions.find((other) => other.version === version.version - 1);
  const had = new Set(before?.ids);
  const has = new Set(version.ids);
  return {
    __typename: 'RegisteredVersion' as const,
    client,
    ...version,
    operationCount: version.ids.length,
    added: version.ids.filter((id) => !had.has(id)),
    removed: (before?.ids ?? []).filter((id) => !has.has(id)),
  };
}

function presentLast(client: string, history: RegistrationHistory) {
  const last = history.versions.at(-1);
  if (!last) throw new Error('A history without versions is not kept.');
  return presentVersion(client, history, last);
}

const nothingRegistered = (now: Date, by: Viewer): RegisteredVersion => ({
  version: 0,
  at: now.toISOString(),
  by: by.id,
  rolledBackTo: null,
  ids: [],
});

interface AskedRegistration {
  readonly client: string;
  readonly manifest: string;
  readonly format: 'CODEGEN' | 'APOLLO';
  readonly dryRun: boolean;
}

const clientName = /^[\w-]{1,100}$/;

function readManifest(text: string, format: 'CODEGEN' | 'APOLLO'): Manifest {
  const content: unknown = JSON.parse(text);
  const isApollo = typeof content === 'object' && content !== null && 'format' in content;
  if (isApollo !== (format === 'APOLLO')) throw new Error(`It is not written as ${format} is.`);
  return parseManifest(content);
}

/** What operators do to what a client has registered. */
export function createRegister({ registrations, store, schema, limits, logger, now }: RegisterOptions) {
  const reach = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      logger.error({ reason: describe(error) }, 'registrations are not reachable');
      const message = 'Registrations are not reachable. Look at what is kept before you try again.';
      throw refusal(503, 'UPSTREAM_UNAVAILABLE', message);
    });

  const keep = async (client: string, next: RegistrationHistory, by: Viewer) => {
    if (!(await reach(store.keep(client, next))))
      return conflict('Somebody else changed what this client has registered. Look and try again.', [
        'client',
      ]);
    await reach(registrations.refresh());
    const kept = presentLast(client, next);
    const { version, added, removed, rolledBackTo } = kept;
    logger.info(
      { audit: true, actor: by.id, session: by.sessionId, client, version, added, removed, rolledBackTo },
      rolledBackTo === null ? 'operations registered' : 'operations rolled back',
    );
    return kept;
  };

  const register = async ({ client, manifest, dryRun, format }: AskedRegistration, by: Viewer) => {
    if (!clientName.test(client))
      return refused('A client is named with letters, digits, - and _.', ['client'], []);
    let brought: Manifest;
    try {
      brought = readManifest(manifest, format);
    } catch (error) {
      return refused('The manifest cannot be read.', ['manifest'], [{ message: describe(error) }]);
    }
    const problems = findProblems(brought.operations, schema(), limits);
    if (problems.length > 0) return refused('Some operations are not valid.', ['manifest'], problems);
    await reach(registrations.refresh());
    const history = registrations.historyOf(client);
    const deployed = registrations.deployed().clients.get(client)?.operations ?? [];
    try {
      mergeManifests({ version: 0, operations: [...deployed, ...everRegistered(history)] }, brought);
    } catch (error) {
      return conflict(describe(error), ['manifest']);
    }
    const present = history.versions.at(-1) ?? nothingRegistered(now(), by);
    const inForce = new Set([...deployed.map(({ id }) => id), ...present.ids].map(bareId));
    const fresh = brought.operations.filter(({ id }) => !inForce.has(bareId(id)));
    if (fresh.length === 0) return { ...presentVersion(client, history, present), added: [], removed: [] };
    const ids = [...present.ids, ...fresh.map(({ id }) => id)];
    const next = withVersion(history, { at: now().toISOString(), by: by.id, rolledBackTo: null, ids }, fresh);
    return dryRun ? presentLast(client, next) : keep(client, next, by);
  };

  const rollBack = async ({ client, toVersion }: { client: string; toVersion: number }, by: Viewer) => {
    await reach(registrations.refresh());
    const history = registrations.historyOf(client);
    const target = history.versions.find(({ version }) => version === toVersion);
    if ((!target && toVersion !== 0) || versionOf(history) === 0) {
      const message = `${client} has no version ${toVersion}.`;
      return { __typename: 'NotFoundError' as const, code: 'NOT_FOUND', message, path: ['toVersion'] };
    }
    const next = { at: now().toISOString(), by: by.id, rolledBackTo: toVersion, ids: target?.ids ?? [] };
    return keep(client, withVersion(history, next), by);
  };

  return { register, rollBack };
}
