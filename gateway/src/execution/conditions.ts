import { type DirectiveNode, Kind, type SelectionNode } from 'graphql';

/** Holds when the Boolean variable has the value. */
export interface Condition {
  readonly variable: string;
  readonly value: boolean;
}

/** All conditions a selection stands under, `always`, or `never`. */
export type Inclusion = readonly Condition[] | 'never';

function readDirective(directive: DirectiveNode, wanted: boolean): Condition | boolean {
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value, value: wanted };
  return value?.kind === Kind.BOOLEAN && value.value === wanted;
}

/** What `@skip` and `@include` on a selection ask for (GraphQL specification, 3.13.1 and 3.13.2). */
export function inclusionOf(selection: SelectionNode): Inclusion {
  const conditions: Condition[] = [];
  for (const directive of selection.directives ?? []) {
    if (directive.name.value !== 'skip' && directive.name.value !== 'include') continue;
    const result = readDirective(directive, directive.name.value === 'include');
    if (result === false) return 'never';
    if (result !== true) conditions.push(result);
  }
  return conditions;
}

export const holds = (
  conditions: readonly Condition[],
  variables: Readonly<Record<string, unknown>>,
): boolean => conditions.every(({ variable, value }) => (variables[variable] === true) === value);
