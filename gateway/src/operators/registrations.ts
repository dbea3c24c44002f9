import type { Logger } from '@studymate/runtime';
import { bareId } from '../operations/manifest.ts';
import type { OperationFolder } from '../operations/operation-folder.ts';
import { createRegistry, indexOperations, type OperationRegistry } from '../operations/operation-registry.ts';
import { manifestOf, type RegistrationHistory } from './registration-history.ts';
import { historyIn, type RegistrationStore } from './registration-store.ts';

const pollMs = 1_000;

/** The registrations in service: what was deployed with the gateway, and what was registered since. */
export interface Registrations extends OperationFolder {
  historyOf(client: string): RegistrationHistory;
  /** What was deployed with the gateway. */
  deployed(): OperationRegistry;
  /** Takes what is kept now into service. */
  refresh(): Promise<void>;
}

/** What was deployed stays what it is, whatever was registered under its ids. */
function joinRegistries(
  deployed: OperationRegistry,
  histories: ReadonlyMap<string, RegistrationHistory>,
): OperationRegistry {
  const names = new Set([...deployed.clients.keys(), ...histories.keys()]);
  const joined = [...names].map((client) => {
    const own = deployed.clients.get(client);
    const since = manifestOf(historyIn(histories, client));
    if (own && since.operations.length === 0) return [client, own] as const;
    const known = new Set(own?.operations.map(({ id }) => bareId(id)));
    const added = since.operations.filter(({ id }) => !known.has(bareId(id)));
    const version = (own?.version ?? 0) + since.version;
    return [
      client,
      indexOperations(client, { version, operations: [...(own?.operations ?? []), ...added] }),
    ] as const;
  });
  return createRegistry(new Map(joined));
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Follows the store as well as the folder; while the store is away what is known stays in service. */
export function createRegistrations(
  folder: OperationFolder,
  store: RegistrationStore,
  logger: Logger,
): Registrations {
  let histories: ReadonlyMap<string, RegistrationHistory> = new Map();
  let stamp = '';
  let registry = folder.current();
  let timer: NodeJS.Timeout | null = null;
  const listeners: (() => void)[] = [];

  const join = () => {
    registry = joinRegistries(folder.current(), histories);
    for (const listener of listeners) listener();
  };
  const refresh = async () => {
    const next = await store.readAll();
    const nextStamp = JSON.stringify([...next].map(([client, { versions }]) => [client, versions.at(-1)]));
    histories = next;
    if (stamp === nextStamp) return;
    stamp = nextStamp;
    join();
  };
  let wasReachable = true;
  const look = () =>
    refresh().then(
      () => {
        wasReachable = true;
      },
      (error: unknown) => {
        if (wasReachable) logger.error({ reason: describe(error) }, 'registrations cannot be followed');
        wasReachable = false;
      },
    );
  const follow = async () => {
    await look();
    if (timer !== null) timer = setTimeout(() => void follow(), pollMs).unref();
  };

  return {
    ...folder,
    current: () => registry,
    onChange: (listener) => listeners.push(listener),
    historyOf: (client) => historyIn(histories, client),
    deployed: folder.current,
    refresh,
    start: async () => {
      await folder.start();
      folder.onChange(join);
      join();
      await look();
      timer = setTimeout(() => void follow(), pollMs).unref();
      store.onNews(() => void look());
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      folder.stop();
      store.stop();
    },
  };
}
