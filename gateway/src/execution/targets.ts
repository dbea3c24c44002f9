import { type DataObject, isDataObject, ownValue } from './gathered.ts';
import type { PathSegment } from './plan.ts';
import type { TypeIndex } from './type-index.ts';

export type ResponsePath = readonly (string | number)[];

type Visit = (object: DataObject, path: (string | number)[]) => void;

interface Walk {
  readonly segments: readonly PathSegment[];
  readonly types: TypeIndex;
  readonly visit: Visit;
  /** The way to the current value; kept only where a caller needs it. */
  readonly path: (string | number)[];
}

const isCovered = (object: DataObject, names: readonly string[], types: TypeIndex): boolean => {
  const typename = ownValue(object, '__typename');
  return typeof typename !== 'string' || names.some((name) => types.namesWithin(name).has(typename));
};

function walk(value: unknown, index: number, state: Walk): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const next = state.segments[index]?.kind === 'list' ? index + 1 : index;
    for (let position = 0; position < value.length; position++) {
      state.path.push(position);
      walk(value[position], next, state);
      state.path.pop();
    }
    return;
  }
  if (!isDataObject(value)) return;
  const segment = state.segments[index];
  if (!segment) {
    state.visit(value, state.path);
  } else if (segment.kind === 'field') {
    state.path.push(segment.key);
    walk(ownValue(value, segment.key), index + 1, state);
    state.path.pop();
  } else if (segment.kind === 'type' && isCovered(value, segment.names, state.types)) {
    walk(value, index + 1, state);
  }
}

/** Visits every object at the end of the path, in order; a null on the way ends that branch. */
export function visitTargets(
  root: DataObject,
  segments: readonly PathSegment[],
  options: { readonly types: TypeIndex; readonly visit: Visit },
): void {
  walk(root, 0, { segments, types: options.types, visit: options.visit, path: [] });
}

/** The distinct objects at the end of the path: one that is shared between places is given once. */
export function listTargets(
  root: DataObject,
  segments: readonly PathSegment[],
  types: TypeIndex,
): DataObject[] {
  const found = new Set<DataObject>();
  visitTargets(root, segments, { types, visit: (object) => found.add(object) });
  return [...found];
}
