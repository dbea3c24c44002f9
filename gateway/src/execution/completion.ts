import type { GraphQLLeafType } from 'graphql';
import { type Condition, holds } from './conditions.ts';
import type { ExecutionError } from './execution-error.ts';
import { type DataObject, isAbsent, isDataObject, ownValue } from './gathered.ts';
import { leafReaderOf } from './leaf-values.ts';
import type { ResponsePath } from './targets.ts';

/** Stands for a null where none may be: the parent becomes null instead (GraphQL specification, 6.4.4). */
export const broken: unique symbol = Symbol('broken');

/** One response on its way from gathered data. */
export interface Completion {
  readonly variables: DataObject;
  readonly introspection: DataObject;
  readonly path: (string | number)[];
  /** Errors already known: a null that one of them explains is not reported again. */
  readonly known: readonly ExecutionError[];
  readonly errors: ExecutionError[];
  /** Where fields were withheld from the viewer. */
  readonly withheld: ResponsePath[];
  /** Where entities are that a subgraph does not know: that they are null is no fault. */
  readonly absent: ResponsePath[];
}

/** Brings a gathered value into the form the schema promises. Answers `broken` for a null that must not be. */
export type Complete = (value: unknown, state: Completion) => unknown;

export interface ProjectedField {
  readonly key: string;
  readonly from: string;
  /** Selected here when all hold. */
  readonly conditions: readonly Condition[];
  /** Selected elsewhere too, under other conditions: the first place that holds is the field's. */
  readonly isRepeated: boolean;
  readonly complete: Complete;
}

const maxReported = 100;

const startsWith = (path: ResponsePath, start: ResponsePath): boolean =>
  start.length <= path.length && start.every((key, index) => path[index] === key);

/** Whether something already said, or withheld, here, above or below accounts for a null. */
function isExplained({ known, errors, withheld, absent, path }: Completion): boolean {
  const accounts = (other: ResponsePath | null) =>
    other === null || startsWith(path, other) || startsWith(other, path);
  return (
    known.some((error) => accounts(error.path)) ||
    errors.some((error) => accounts(error.path)) ||
    withheld.some(accounts) ||
    absent.some(accounts)
  );
}

function report(state: Completion, message: string): void {
  if (state.errors.length >= maxReported || isExplained(state)) return;
  state.errors.push({ message, path: [...state.path], service: null, extensions: { code: 'INTERNAL' } });
}

export function completeNonNull(inner: Complete, field: string): Complete {
  return (value, state) => {
    const completed = inner(value, state);
    if (completed !== null) return completed;
    report(state, `Cannot return null for non-nullable field ${field}.`);
    return broken;
  };
}

export function completeList(inner: Complete, field: string): Complete {
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) {
      report(state, `Expected a list for field ${field}.`);
      return null;
    }
    const items = new Array<unknown>(value.length);
    const depth = state.path.length;
    for (let index = 0; index < value.length; index++) {
      state.path[depth] = index;
      const item = inner(value[index], state);
      if (item === broken) {
        state.path.length = depth;
        return null;
      }
      items[index] = item;
    }
    state.path.length = depth;
    return items;
  };
}

export function completeLeaf(type: GraphQLLeafType, field: string): Complete {
  const read = leafReaderOf(type);
  return (value, state) => {
    if (value === null || value === undefined) return null;
    const leaf = read(value);
    if (leaf !== undefined) return leaf;
    report(state, `Field ${field} got a value that is no ${type.name}.`);
    return null;
  };
}

/** Never through the prototype's setter, whatever a client calls a field. */
function assign(output: DataObject, key: string, value: unknown): void {
  if (key !== '__proto__') output[key] = value;
  else Object.defineProperty(output, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Takes back what was reported of an entity that a subgraph does not know. */
function excuse({ errors, absent, path }: Completion, reported: number): void {
  errors.length = reported;
  absent.push([...path]);
}

export function completeObject(fields: readonly ProjectedField[]): Complete {
  return (value, state) => {
    if (value === null || value === undefined) return null;
    if (!isDataObject(value)) {
      report(state, 'Expected an object.');
      return null;
    }
    const output: DataObject = {};
    const depth = state.path.length;
    for (const { key, from, conditions, isRepeated, complete } of fields) {
      if (conditions.length > 0 && !holds(conditions, state.variables)) continue;
      if (isRepeated && Object.hasOwn(output, key)) continue;
      state.path[depth] = key;
      const reported = state.errors.length;
      const completed = complete(ownValue(value, from), state);
      if (completed === broken) {
        state.path.length = depth;
        if (isAbsent(value)) excuse(state, reported);
        return null;
      }
      assign(output, key, completed);
    }
    state.path.length = depth;
    return output;
  };
}

/**
 * Completes an object by the type it names. One that the client's schema does not have is hidden from it, and so
 * is the object; one that names no type is completed by what every type has.
 */
export function completeAbstract(
  byTypename: ReadonlyMap<string, Complete>,
  unnamed: Complete | null,
): Complete {
  return (value, state) => {
    if (value === null || value === undefined || !isDataObject(value)) return null;
    const typename = ownValue(value, '__typename');
    const complete = typeof typename === 'string' ? byTypename.get(typename) : unnamed;
    return complete ? complete(value, state) : null;
  };
}

/** A field that the viewer may not see; why is reported once for the operation. */
export const denied =
  (isNonNull: boolean): Complete =>
  (_value, state) => {
    if (state.withheld.length < maxReported) state.withheld.push([...state.path]);
    return isNonNull ? broken : null;
  };

export const fromIntrospection =
  (key: string): Complete =>
  (_value, state) =>
    ownValue(state.introspection, key) ?? null;
