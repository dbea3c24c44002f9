import { Kind, type OperationDefinitionNode, type SelectionSetNode, type ValueNode } from 'graphql';
import type { CostIndex } from '../cost/cost-index.ts';
import type { Fragments } from '../execution/collect-fields.ts';
import { refusal } from '../plugins/read-body.ts';

/** A value that decides the length of a list: a slicing argument (`@listSize`) as it is written. */
export interface Slice {
  readonly field: string;
  readonly argument: string;
  readonly value: ValueNode;
}

export interface ListLimits {
  /** The highest value of a slicing argument. */
  readonly pageSize?: number | undefined;
  /** Items of a list among the variables. */
  readonly inputItems?: number | undefined;
}

/** Every slicing argument in an operation; each selection set is looked at once for each type it stands for. */
export function listSlices(
  operation: OperationDefinitionNode,
  rootTypename: string,
  { index, fragments }: { readonly index: CostIndex; readonly fragments: Fragments },
): readonly Slice[] {
  const slices: Slice[] = [];
  const seen = new Map<SelectionSetNode, Set<string>>();

  const visit = (set: SelectionSetNode, typename: string): void => {
    const typenames = seen.get(set) ?? new Set();
    if (typenames.has(typename)) return;
    seen.set(set, typenames.add(typename));
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const cost = index(typename, selection.name.value);
        for (const { name, value } of selection.arguments ?? []) {
          if (cost?.listSize?.slicingArguments.includes(name.value))
            slices.push({ field: selection.name.value, argument: name.value, value });
        }
        if (cost && selection.selectionSet) visit(selection.selectionSet, cost.typename);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment) visit(fragment.selectionSet, fragment.typeCondition?.name.value ?? typename);
    }
  };

  visit(operation.selectionSet, rootTypename);
  return slices;
}

const sizeOf = ({ value }: Slice, variables: Readonly<Record<string, unknown>>): unknown => {
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.VARIABLE ? variables[value.name.value] : null;
};

/** Throws BAD_USER_INPUT (400) for a slicing argument that is negative or beyond the limit. */
export function requirePageSizes(
  slices: readonly Slice[],
  variables: Readonly<Record<string, unknown>>,
  { pageSize }: ListLimits,
): void {
  if (pageSize === undefined) return;
  for (const slice of slices) {
    const size = sizeOf(slice, variables);
    if (size === null || size === undefined) continue;
    if (typeof size === 'number' && size >= 0 && size <= pageSize) continue;
    const { field, argument } = slice;
    throw refusal(400, 'BAD_USER_INPUT', `${field}(${argument}:) may be 0 to ${pageSize}.`);
  }
}

const holdsLongList = (value: unknown, longest: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value))
    return value.length > longest || value.some((item) => holdsLongList(item, longest));
  return Object.values(value).some((item) => holdsLongList(item, longest));
};

/** Throws BAD_USER_INPUT (400) when a list among the variables, at any depth, is longer than allowed. */
export function requireInputSizes(
  variables: Readonly<Record<string, unknown>>,
  { inputItems }: ListLimits,
): void {
  if (inputItems === undefined || !holdsLongList(variables, inputItems)) return;
  throw refusal(400, 'BAD_USER_INPUT', `A list among the variables has more than ${inputItems} items.`);
}
