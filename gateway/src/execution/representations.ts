import { type DataObject, isDataObject, mergeInto, ownValue } from './gathered.ts';
import type { EntityLookup, RequiredSelection } from './plan.ts';
import { applyRewrites } from './rewrites.ts';
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
function compileRepresentation(
  requires: readonly RequiredSelection[],
  types: TypeIndex,
): (entity: DataObject) => DataObject | null {
  const write = compileSelections(requires, types);
  return (entity) => {
    const output: DataObject = {};
    return write(entity, output) && typeof output.__typename === 'string' ? output : null;
  };
}

/** The one list of plain fields that a selection comes down to, and the types it is for; null when it is not so plain. */
function plainFieldsOf(requires: readonly RequiredSelection[], types: TypeIndex) {
  const [only] = requires;
  const isFragment = requires.length === 1 && only?.kind === 'fragment' && only.typeCondition !== null;
  const selections = isFragment ? only.selections : requires;
  const fields = selections.flatMap((selection) =>
    selection.kind === 'field' && selection.selections === null && selection.to !== '__proto__'
      ? [{ from: selection.from, to: selection.to, start: `${JSON.stringify(selection.to)}:` }]
      : [],
  );
  const keys = new Set(fields.map(({ to }) => to));
  const isPlain =
    fields.length === selections.length && keys.size === fields.length && keys.has('__typename');
  if (!isPlain) return null;
  return { fields, names: isFragment ? types.namesWithin(only.typeCondition ?? '') : null };
}

/** A gathered leaf as JSON. */
const leafText = (value: unknown): string =>
  typeof value === 'number' ? String(value) : JSON.stringify(value);

/**
 * Writes the JSON text of an entity's representation, or null as `compileRepresentation` does. Most are a few leaves
 * each and many to a request: those are written without an object in between.
 */
export function compileRepresentationText(
  { requires, inputRewrites }: Pick<EntityLookup, 'requires' | 'inputRewrites'>,
  types: TypeIndex,
): (entity: DataObject) => string | null {
  const plain = inputRewrites.length === 0 ? plainFieldsOf(requires, types) : null;
  if (!plain) {
    const represent = compileRepresentation(requires, types);
    return (entity) => {
      const representation = represent(entity);
      if (representation) applyRewrites(representation, inputRewrites, types);
      return representation && JSON.stringify(representation);
    };
  }
  const { fields, names } = plain;
  return (entity) => {
    const typename = ownValue(entity, '__typename');
    if (names && !(typeof typename === 'string' && names.has(typename))) return null;
    let text = '';
    for (const { from, to, start } of fields) {
      const value = ownValue(entity, from);
      if (value === undefined || (to === '__typename' && typeof value !== 'string')) return null;
      text += `${text === '' ? '{' : ','}${start}${leafText(value)}`;
    }
    return `${text}}`;
  };
}
