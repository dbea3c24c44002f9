import { type DocumentNode, Kind, parse, type SelectionSetNode } from 'graphql';
import type { ExecutionError, UpstreamUnavailable } from './execution-error.ts';
import { type DataObject, isDataObject } from './gathered.ts';
import type { FetchStep } from './plan.ts';
import { clientKeyOf, responseKeyOf } from './private-keys.ts';
import type { ResponsePath } from './targets.ts';

/** Errors reported for one fetch at most: a failed list of a thousand entities is told once over, not a thousand times. */
const maxErrorsPerFetch = 20;

const toClientPath = (path: ResponsePath): ResponsePath =>
  path.map((key) => (typeof key === 'string' ? clientKeyOf(key) : key));

/** Where the answers of one fetch belong in the response: per lookup and representation, the entities' paths. */
export type EntityPaths = ReadonlyMap<string, readonly (readonly ResponsePath[])[]>;

function pathsOf(error: DataObject, entityPaths: EntityPaths): ResponsePath[] {
  if (!Array.isArray(error.path)) return [];
  const path = error.path.filter((key) => typeof key === 'string' || typeof key === 'number');
  const [head, index, ...rest] = path;
  const lookup = typeof head === 'string' ? entityPaths.get(head) : undefined;
  if (!lookup) return [path];
  if (typeof index !== 'number') return lookup.flat();
  return (lookup[index] ?? []).map((entity) => [...entity, ...rest]);
}

/** Presents the `errors` of a subgraph's answer at the places of the client's response they speak of. */
export function readSubgraphErrors(
  errors: unknown,
  service: string,
  entityPaths: EntityPaths,
): ExecutionError[] {
  if (!Array.isArray(errors)) return [];
  const all = errors.filter(isDataObject).flatMap((error): ExecutionError[] => {
    const base = {
      message: typeof error.message === 'string' ? error.message : 'The subgraph reported an error.',
      service,
      extensions: isDataObject(error.extensions) ? error.extensions : {},
    };
    const paths = pathsOf(error, entityPaths);
    if (paths.length === 0) return [{ ...base, path: null }];
    return paths.slice(0, maxErrorsPerFetch).map((path) => ({ ...base, path: toClientPath(path) }));
  });
  return all.slice(0, maxErrorsPerFetch);
}

function addKeys(set: SelectionSetNode, document: DocumentNode, keys: Set<string>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== '__typename') keys.add(responseKeyOf(selection));
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addKeys(selection.selectionSet, document, keys);
    } else {
      const fragment = document.definitions.find(
        (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) addKeys(fragment.selectionSet, document, keys);
    }
  }
}

/** What a fetch is to bring, by lookup (`''` for the root): named when the fetch fails as a whole. */
export function keysFetchedBy(step: FetchStep): ReadonlyMap<string, readonly string[]> {
  const document = parse(step.operation, { noLocation: true });
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const found = new Map<string, readonly string[]>();
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return found;
  const keysIn = (set: SelectionSetNode | undefined) => {
    const keys = new Set<string>();
    if (set) addKeys(set, document, keys);
    return [...keys];
  };
  if (step.lookups.length === 0) return found.set('', keysIn(operation.selectionSet));
  for (const selection of operation.selectionSet.selections) {
    if (selection.kind === Kind.FIELD) found.set(responseKeyOf(selection), keysIn(selection.selectionSet));
  }
  return found;
}

/** The failure of a whole fetch, told at each field it was to bring. */
export function describeLostFetch(
  failure: UpstreamUnavailable,
  keys: ReadonlyMap<string, readonly string[]>,
  entityPaths: EntityPaths,
): ExecutionError[] {
  const rootPaths = (keys.get('') ?? []).map((key): ResponsePath => [key]);
  const lookupPaths = [...entityPaths].flatMap(([lookup, entities]) =>
    entities
      .flat()
      .flatMap((entity) => (keys.get(lookup) ?? []).map((key): ResponsePath => [...entity, key])),
  );
  return [...rootPaths, ...lookupPaths].slice(0, maxErrorsPerFetch).map((path) => ({
    message: failure.message,
    path: toClientPath(path),
    service: failure.service,
    extensions: { code: 'UPSTREAM_UNAVAILABLE' },
  }));
}
