import { type DataObject, isDataObject, mergeInto, ownValue } from './gathered.ts';
import type { RequiredSelection } from './plan.ts';
import type { TypeIndex } from './type-index.ts';

/** Writes what a subgraph needs to know an entity by into `output`; false when something is not there. */
type Writer = (entity: DataObject, output: DataObject) => boolean;

const missing = Symbol('missing');

function selectValue(value: unknown, write: Writer): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => selectValue(item, write));
    return items.includes(missing) ? missing : items;
  }
  if (!isDataObject(value)) return missing;
  const output: DataObject = {};
  return write(value, output) ? output : missing;
}

function compileField(selection: RequiredSelection & { readonly kind: 'field' }, types: TypeIndex): Writer {
  const { from, to, selections } = selection;
  const nested = selections && compileSelections(selections, types);
  return (entity, output) => {
    const value = ownValue(entity, from);
    if (value === undefined) return false;
    const selected = nested ? selectValue(value, nested) : value;
    if (selected === missing) return false;
    if (Object.hasOwn(output, to)) mergeInto(output, { [to]: selected });
    else output[to] = selected;
    return true;
  };
}

function compileFragment(
  selection: RequiredSelection & { readonly kind: 'fragment' },
  types: TypeIndex,
): Writer {
  const write = compileSelections(selection.selections, types);
  const { typeCondition } = selection;
  if (typeCondition === null) return write;
  const names = types.namesWithin(typeCondition);
  return (entity, output) => {
    const typename = ownValue(entity, '__typename');
    return typeof typename === 'string' && names.has(typename) ? write(entity, output) : true;
  };
}

function compileSelections(selections: readonly RequiredSelection[], types: TypeIndex): Writer {
  const writers = selections.map((selection) =>
    selection.kind === 'field' ? compileField(selection, types) : compileFragment(selection, types),
  );
  return (entity, output) => writers.every((write) => write(entity, output));
}

/**
 * How an entity is shown to a subgraph (Apollo Federation, `_Any`), or null when a key or a requirement has not
 * been gathered for it, or no selection is for its type.
 */
export function compileRepresentation(
  requires: readonly RequiredSelection[],
  types: TypeIndex,
): (entity: DataObject) => DataObject | null {
  const write = compileSelections(requires, types);
  return (entity) => {
    const output: DataObject = {};
    return write(entity, output) && typeof output.__typename === 'string' ? output : null;
  };
}
