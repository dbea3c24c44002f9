import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type Condition, inclusionOf } from './conditions.ts';
import { responseKeyOf } from './private-keys.ts';

/** A type that has fields. An interface stands in where a subgraph does not say which object it speaks of. */
export type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** A selection set with the conditions it stands under. */
export interface ScopedSelection {
  readonly set: SelectionSetNode;
  readonly conditions: readonly Condition[];
}

/** One mention of a field, with the conditions it stands under. */
export interface FieldMention {
  readonly node: FieldNode;
  /** Where among all mentions of the selection it stands. */
  readonly position: number;
  readonly conditions: readonly Condition[];
}

interface Collecting {
  readonly schema: GraphQLSchema;
  readonly type: FieldsType;
  readonly fragments: Fragments;
  readonly mentions: Map<string, FieldMention[]>;
  /** Fragments met unconditionally: meeting them again adds nothing. */
  readonly visited: Set<string>;
  mentioned: number;
}

function covers(state: Collecting, condition: string | undefined): boolean {
  if (condition === undefined || condition === state.type.name) return true;
  const type = state.schema.getType(condition);
  return isAbstractType(type) && state.schema.isSubType(type, state.type);
}

function collect(state: Collecting, { set, conditions }: ScopedSelection): void {
  for (const selection of set.selections) {
    const inclusion = inclusionOf(selection);
    if (inclusion === 'never') continue;
    const within = inclusion.length === 0 ? conditions : [...conditions, ...inclusion];
    if (selection.kind === Kind.FIELD) {
      const key = responseKeyOf(selection);
      const known = state.mentions.get(key);
      const mention = { node: selection, position: state.mentioned++, conditions: within };
      if (known) known.push(mention);
      else state.mentions.set(key, [mention]);
      continue;
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    if (isSpread && state.visited.has(selection.name.value)) continue;
    const fragment = isSpread ? state.fragments.get(selection.name.value) : selection;
    if (!fragment || !covers(state, fragment.typeCondition?.name.value)) continue;
    if (isSpread && within.length === 0) state.visited.add(selection.name.value);
    collect(state, { set: fragment.selectionSet, conditions: within });
  }
}

/** The fields selected on a type by response key (GraphQL specification, CollectFields), conditions kept. */
export function collectFields(
  schema: GraphQLSchema,
  type: FieldsType,
  from: { readonly selections: readonly ScopedSelection[]; readonly fragments: Fragments },
): ReadonlyMap<string, readonly FieldMention[]> {
  const state: Collecting = {
    schema,
    type,
    fragments: from.fragments,
    mentions: new Map(),
    visited: new Set(),
    mentioned: 0,
  };
  for (const selection of from.selections) collect(state, selection);
  return state.mentions;
}
