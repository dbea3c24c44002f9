import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Fragments } from '../execution/collect-fields.ts';
import { holds, inclusionOf } from '../execution/conditions.ts';
import type { CostIndex, FieldCost } from './cost-index.ts';

export interface CostInput {
  readonly index: CostIndex;
  readonly fragments: Fragments;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Length of a list that nothing is known of. */
  readonly listSize: number;
}

/** Beyond what anybody allows; keeps products of list sizes from running off. */
const enough = 1e12;

function numberOf(value: ValueNode | undefined, variables: CostInput['variables']): number | null {
  if (value?.kind === Kind.INT) return Number(value.value);
  if (value?.kind !== Kind.VARIABLE) return null;
  const given = variables[value.name.value];
  return typeof given === 'number' ? given : null;
}

/** The longest that the field's list can be, by its slicing arguments, else as assumed. */
function sizeOf(field: FieldNode, { listSize }: FieldCost, input: CostInput): number {
  const sizes = (listSize?.slicingArguments ?? []).flatMap((name) => {
    const given = field.arguments?.find((argument) => argument.name.value === name)?.value;
    return numberOf(given, input.variables) ?? listSize?.defaults[name] ?? [];
  });
  if (sizes.length > 0) return Math.max(0, ...sizes);
  return listSize?.assumedSize ?? input.listSize;
}

interface Scope {
  readonly typename: string;
  /** Lengths of lists among the fields, decided by the parent's `@listSize(sizedFields:)`. */
  readonly sized: ReadonlyMap<string, number>;
}

const notSized: ReadonlyMap<string, number> = new Map();

function createEstimate(input: CostInput) {
  const known = new Map<SelectionSetNode, Map<string, number>>();

  const costOfField = (field: FieldNode, { typename, sized }: Scope): number => {
    const name = field.name.value;
    const cost = input.index(typename, name);
    if (!cost) return 0;
    const bySizedFields = (cost.listSize?.sizedFields.length ?? 0) > 0;
    const own = cost.isList ? (sized.get(name) ?? sizeOf(field, cost, input)) : 1;
    const size = bySizedFields ? sizeOf(field, cost, input) : 1;
    const within = bySizedFields ? new Map(cost.listSize?.sizedFields.map((key) => [key, size])) : notSized;
    const nested = field.selectionSet
      ? costOf(field.selectionSet, { typename: cost.typename, sized: within })
      : 0;
    return Math.min(enough, Math.max(0, own) * (cost.weight + nested));
  };

  const costOf = (set: SelectionSetNode, scope: Scope): number => {
    const key = `${scope.typename}|${[...scope.sized].join()}`;
    const before = known.get(set)?.get(key);
    if (before !== undefined) return before;
    let total = 0;
    for (const selection of set.selections) {
      const inclusion = inclusionOf(selection);
      if (inclusion === 'never' || !holds(inclusion, input.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        total += costOfField(selection, scope);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : input.fragments.get(selection.name.value);
      if (!fragment) continue;
      const typename = fragment.typeCondition?.name.value ?? scope.typename;
      total += costOf(fragment.selectionSet, { typename, sized: scope.sized });
    }
    const remembered = known.get(set) ?? new Map<string, number>();
    known.set(set, remembered.set(key, Math.min(enough, total)));
    return Math.min(enough, total);
  };
  return costOf;
}

/** A mutation costs this beside what it answers. */
const mutationCost = 10;

/**
 * An upper bound on what an operation makes subgraphs do: the sum of its fields' weights, times the lengths that
 * their lists can have (IBM's GraphQL cost specification, static analysis). Takes time in the document's length,
 * however its fragments multiply.
 */
export function estimateCost(
  operation: OperationDefinitionNode,
  rootTypename: string,
  input: CostInput,
): number {
  const costOf = createEstimate(input);
  const cost = costOf(operation.selectionSet, { typename: rootTypename, sized: notSized });
  return operation.operation === 'mutation'
    ? cost + mutationCost * operation.selectionSet.selections.length
    : cost;
}
