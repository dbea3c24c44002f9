import {
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import {
  collectFields,
  type FieldMention,
  type FieldsType,
  type Fragments,
  type ScopedSelection,
} from './collect-fields.ts';
import {
  broken,
  type Complete,
  completeAbstract,
  completeLeaf,
  completeList,
  completeNonNull,
  completeObject,
  denied,
  fromIntrospection,
  type ProjectedField,
} from './completion.ts';
import { privateKeyOf, responseKeyOf } from './private-keys.ts';

export interface ProjectionInput {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly reserved: ReadonlySet<string>;
  /** Whether the viewer is refused the field, by this mention or on this object type. */
  readonly isRefused: (mention: FieldNode, typename: string) => boolean;
}

/** No conditions when every mention stands under the same ones: the field itself is left out then. */
function selectionsOf(mentions: readonly FieldMention[]): ScopedSelection[] {
  const isSingle = mentions.length === 1;
  return mentions.flatMap(({ node, conditions }) =>
    node.selectionSet ? [{ set: node.selectionSet, conditions: isSingle ? [] : conditions }] : [],
  );
}

interface Compiling extends ProjectionInput {
  /** Composite values already compiled, by type and selections: fragments share them. */
  readonly compiled: Map<string, Complete>;
  readonly identities: Map<object, number>;
}

interface SelectedField {
  /** `Type.field`, for messages. */
  readonly name: string;
  readonly selections: readonly ScopedSelection[];
}

function identityOf(state: Compiling, { set, conditions }: ScopedSelection): string {
  const known = state.identities.get(set) ?? state.identities.size;
  state.identities.set(set, known);
  return conditions.length === 0 ? `${known}` : `${known}${JSON.stringify(conditions)}`;
}

function compileValue(state: Compiling, type: GraphQLOutputType, field: SelectedField): Complete {
  if (isNonNullType(type)) return completeNonNull(compileValue(state, type.ofType, field), field.name);
  if (isListType(type)) return completeList(compileValue(state, type.ofType, field), field.name);
  if (isLeafType(type)) return completeLeaf(type, field.name);
  return compileComposite(state, type, field.selections);
}

function compileField(
  state: Compiling,
  type: FieldsType,
  mentions: readonly FieldMention[],
): Pick<ProjectedField, 'from' | 'complete'> {
  const [first] = mentions;
  if (!first) throw new Error('A selected field has no mention.');
  const name = first.node.name.value;
  const base = { from: privateKeyOf(first.node, state.reserved) };
  if (name === '__typename')
    return { ...base, complete: isObjectType(type) ? () => type.name : () => broken };
  if (name === '__schema' || name === '__type')
    return { ...base, complete: fromIntrospection(responseKeyOf(first.node)) };
  const definition: GraphQLField<unknown, unknown> | undefined = type.getFields()[name];
  if (!definition) return { ...base, complete: () => broken };
  if (mentions.every(({ node }) => state.isRefused(node, type.name))) {
    return { ...base, complete: denied(isNonNullType(definition.type)) };
  }
  const selections = isLeafType(getNamedType(definition.type)) ? [] : selectionsOf(mentions);
  return {
    ...base,
    complete: compileValue(state, definition.type, { name: `${type.name}.${name}`, selections }),
  };
}

/** The places at which a field may stand, by its mentions: those after an unconditional one never count. */
function placesOf(mentions: readonly FieldMention[]): readonly FieldMention[] {
  const last = mentions.findIndex(({ conditions }) => conditions.length === 0);
  return last < 0 ? mentions : mentions.slice(0, last + 1);
}

function compileFields(state: Compiling, type: FieldsType, selections: readonly ScopedSelection[]): Complete {
  const fields = collectFields(state.schema, type, { selections, fragments: state.fragments });
  const placed = [...fields].flatMap(([key, mentions]) => {
    const places = placesOf(mentions);
    const compiled = { key, ...compileField(state, type, mentions), isRepeated: places.length > 1 };
    return places.map(({ position, conditions }) => ({ position, field: { ...compiled, conditions } }));
  });
  return completeObject(
    placed.toSorted((one, other) => one.position - other.position).map(({ field }) => field),
  );
}

function compileAbstract(
  state: Compiling,
  type: GraphQLAbstractType,
  selections: readonly ScopedSelection[],
): Complete {
  const byTypename = new Map(
    state.schema
      .getPossibleTypes(type)
      .map((possible) => [possible.name, compileComposite(state, possible, selections)]),
  );
  if (isUnionType(type)) return completeAbstract(byTypename, null);
  // What a subgraph knows only as an `@interfaceObject` it names by the interface, or not at all.
  const asInterface = compileFields(state, type, selections);
  for (const { name } of [type, ...state.schema.getImplementations(type).interfaces]) {
    byTypename.set(name, asInterface);
  }
  return completeAbstract(byTypename, asInterface);
}

function compileComposite(
  state: Compiling,
  type: GraphQLCompositeType,
  selections: readonly ScopedSelection[],
): Complete {
  const key = `${type.name}|${selections.map((selection) => identityOf(state, selection)).join(',')}`;
  const known = state.compiled.get(key);
  if (known) return known;
  // Compiled at first use: a fragment that spreads widely is compiled only where data leads.
  let complete: Complete | undefined;
  const lazily: Complete = (value, completion) => {
    complete ??= isObjectType(type)
      ? compileFields(state, type, selections)
      : compileAbstract(state, type, selections);
    return complete(value, completion);
  };
  state.compiled.set(key, lazily);
  return lazily;
}

/** Compiles what the client selected into a function from gathered data to the response's data. */
export const compileProjection = (
  input: ProjectionInput,
  root: GraphQLObjectType,
  operation: ScopedSelection,
): Complete => compileFields({ ...input, compiled: new Map(), identities: new Map() }, root, [operation]);
