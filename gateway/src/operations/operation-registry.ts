import { bareId, type Manifest, type RegisteredOperation } from './manifest.ts';
import { canonicalText } from './operation-text.ts';

/** What one client has registered. */
export interface ClientOperations extends Manifest {
  readonly client: string;
  /** Null for an id that the client has not registered. */
  find(id: string): RegisteredOperation | null;
  findByName(name: string): RegisteredOperation | null;
  /** The operation that says the same as a canonical text. */
  findByText(canonical: string): RegisteredOperation | null;
}

export function indexOperations(client: string, manifest: Manifest): ClientOperations {
  const byId = new Map(manifest.operations.map((operation) => [bareId(operation.id), operation]));
  const byName = new Map(manifest.operations.map((operation) => [operation.name, operation]));
  const byText = new Map(
    manifest.operations.map((operation) => [canonicalText(operation.body) ?? operation.body, operation]),
  );
  return {
    ...manifest,
    client,
    find: (id) => byId.get(bareId(id)) ?? null,
    findByName: (name) => byName.get(name) ?? null,
    findByText: (canonical) => byText.get(canonical) ?? null,
  };
}

/** Everything registered, by client. */
export interface OperationRegistry {
  readonly clients: ReadonlyMap<string, ClientOperations>;
  /** Those a request may ask for: a client that says its name has its own, one that does not has everybody's. */
  availableTo(client: string | null): readonly ClientOperations[];
}

export function createRegistry(clients: ReadonlyMap<string, ClientOperations>): OperationRegistry {
  const everybody = [...clients.values()];
  return {
    clients,
    availableTo: (client) => {
      if (client === null) return everybody;
      const own = clients.get(client);
      return own ? [own] : [];
    },
  };
}

/** The first answer of a look-up among several clients' operations. */
export function findAmong(
  clients: readonly ClientOperations[],
  find: (operations: ClientOperations) => RegisteredOperation | null,
): RegisteredOperation | null {
  for (const operations of clients) {
    const found = find(operations);
    if (found) return found;
  }
  return null;
}
