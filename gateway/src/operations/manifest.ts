import { getOperationAST, Kind, parse } from 'graphql';
import { z } from 'zod';

/** An operation that a client has registered: it is asked for by its id, and its body is what is run. */
export interface RegisteredOperation {
  /** As the client brought it: ids are never computed here, since clients hash texts of their own making. */
  readonly id: string;
  /** Null for an unnamed operation. */
  readonly name: string | null;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly body: string;
}

export interface Manifest {
  /** How often the client's operations have changed here; 0 for a manifest that a client brings. */
  readonly version: number;
  readonly operations: readonly RegisteredOperation[];
}

export const storedFormat = 'studymate-operations';

const listed = z.array(z.object({ id: z.string().min(1), body: z.string().min(1) }));
const storedSchema = z.object({
  format: z.literal(storedFormat),
  version: z.int().min(0),
  operations: listed,
});
const apolloSchema = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: listed,
});
const codegenSchema = z.record(z.string().min(1), z.string().min(1));

/** Reads the one operation of a body. Throws an Error when it does not parse or holds none or several. */
export function readOperation(id: string, body: string): RegisteredOperation {
  const document = parse(body, { noLocation: true });
  const operation = getOperationAST(document);
  const others = document.definitions.filter(
    ({ kind }) => kind !== Kind.OPERATION_DEFINITION && kind !== Kind.FRAGMENT_DEFINITION,
  );
  if (!operation || others.length > 0) {
    throw new Error('a registered document holds exactly one operation and its fragments');
  }
  return { id, name: operation.name?.value ?? null, type: operation.operation, body };
}

function readAll(pairs: readonly { readonly id: string; readonly body: string }[]): RegisteredOperation[] {
  const bodies = new Map<string, string>();
  return pairs.map(({ id, body }) => {
    const key = bareId(id);
    if (bodies.has(key)) throw new Error(`The id ${id} is given twice.`);
    bodies.set(key, body);
    try {
      return readOperation(id, body);
    } catch (error) {
      throw new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** The id without the `sha256:` that some clients write before it: both spellings ask for the same operation. */
export const bareId = (id: string): string => id.replace(/^sha256:/, '');

/**
 * Reads a manifest: `{ "sha256:…": body }` as graphql-codegen writes it, `apollo-persisted-query-manifest`, or what
 * is stored here. Throws an Error that names the entry at fault.
 */
export function parseManifest(content: unknown): Manifest {
  const stored = storedSchema.safeParse(content);
  if (stored.success) return { version: stored.data.version, operations: readAll(stored.data.operations) };
  const apollo = apolloSchema.safeParse(content);
  if (apollo.success) return { version: 0, operations: readAll(apollo.data.operations) };
  const codegen = codegenSchema.safeParse(content);
  if (codegen.success) {
    return {
      version: 0,
      operations: readAll(Object.entries(codegen.data).map(([id, body]) => ({ id, body }))),
    };
  }
  throw new Error('It is neither { "id": "body" } nor an apollo-persisted-query-manifest of version 1.');
}

export interface MergedManifest extends Manifest {
  readonly added: readonly RegisteredOperation[];
}

/**
 * Adds what a manifest brings to what a client has. Nothing goes: older releases of the client still ask for it.
 * Throws an Error when an id is known with another body.
 */
export function mergeManifests(known: Manifest, brought: Manifest): MergedManifest {
  const bodies = new Map(known.operations.map(({ id, body }) => [bareId(id), body]));
  const added = brought.operations.filter(({ id, name, body }) => {
    const before = bodies.get(bareId(id));
    if (before !== undefined && before !== body) {
      throw new Error(`${id} (${name ?? 'unnamed'}) is registered with another body.`);
    }
    return before === undefined;
  });
  return {
    version: known.version + (added.length > 0 ? 1 : 0),
    operations: [...known.operations, ...added],
    added,
  };
}

/** The manifest as it is stored. */
export const printManifest = ({ version, operations }: Manifest): string =>
  `${JSON.stringify({ format: storedFormat, version, operations }, null, 2)}\n`;
