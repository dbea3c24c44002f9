import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large an operation is once its fragments are spread out. */
export interface OperationSize {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Uses of fragments, named and inline. */
  readonly fragments: number;
}

/** An operation's size, and what of it goes by its root fields. */
export interface MeasuredOperation extends OperationSize {
  readonly rootFields: number;
  /** How often each field is asked at the root, by the field's name. */
  readonly rootUses: ReadonlyMap<string, number>;
  /** Fields of the answer, counted once where selections merge; counts no further than the bound it was asked for. */
  height(bound: number): number;
}

const nothing: OperationSize = { depth: 0, fields: 0, aliases: 0, directives: 0, fragments: 0 };

const add = (one: OperationSize, other: OperationSize): OperationSize => ({
  depth: Math.max(one.depth, other.depth),
  fields: one.fields + other.fields,
  aliases: one.aliases + other.aliases,
  directives: one.directives + other.directives,
  fragments: one.fragments + other.fragments,
});

const isFragment = (node: { kind: string }): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION;

type FragmentsByName = ReadonlyMap<string, FragmentDefinitionNode>;

/** Measures selection sets, each fragment once: a document that doubles itself costs no more than it is long. */
function createMeasure(fragments: FragmentsByName): (set: SelectionSetNode) => OperationSize {
  const measured = new Map<string, OperationSize>();

  const measureFragment = (name: string): OperationSize => {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, nothing);
    const fragment = fragments.get(name);
    const size = fragment ? measure(fragment.selectionSet) : nothing;
    measured.set(name, size);
    return size;
  };

  const measure = (set: SelectionSetNode): OperationSize =>
    set.selections.reduce((total, selection) => {
      const directives = selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const within = selection.selectionSet ? measure(selection.selectionSet) : nothing;
        return add(total, {
          depth: within.depth + 1,
          fields: within.fields + 1,
          aliases: within.aliases + (selection.alias ? 1 : 0),
          directives: within.directives + directives,
          fragments: within.fragments,
        });
      }
      const within =
        selection.kind === Kind.INLINE_FRAGMENT
          ? measure(selection.selectionSet)
          : measureFragment(selection.name.value);
      return add(total, {
        ...within,
        directives: within.directives + directives,
        fragments: within.fragments + 1,
      });
    }, nothing);

  return measure;
}

/** Counts fields at the root by name, fragments spread out; each fragment is looked into once. */
function countRootUses(operation: OperationDefinitionNode, fragments: FragmentsByName): Map<string, number> {
  const known = new Map<string, ReadonlyMap<string, number>>();

  const ofFragment = (name: string): ReadonlyMap<string, number> => {
    const before = known.get(name);
    if (before) return before;
    known.set(name, new Map());
    const fragment = fragments.get(name);
    const uses = fragment ? count(fragment.selectionSet) : new Map<string, number>();
    known.set(name, uses);
    return uses;
  };

  const count = (set: SelectionSetNode): Map<string, number> => {
    const uses = new Map<string, number>();
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        uses.set(name, (uses.get(name) ?? 0) + 1);
        continue;
      }
      const within =
        selection.kind === Kind.INLINE_FRAGMENT
          ? count(selection.selectionSet)
          : ofFragment(selection.name.value);
      for (const [name, more] of within) uses.set(name, (uses.get(name) ?? 0) + more);
    }
    return uses;
  };

  return count(operation.selectionSet);
}

/**
 * Counts the fields of the answer up to a bound, level by level, merging what has one response key. Each merged
 * field looks at a fragment once, so the work is the bound times the document's length at most.
 */
function countMergedFields(root: SelectionSetNode, fragments: FragmentsByName, bound: number): number {
  const waiting: SelectionSetNode[][] = [[root]];
  let count = 0;
  for (let sets = waiting.pop(); sets; sets = waiting.pop()) {
    const merged = new Map<string, SelectionSetNode[]>();
    const seen = new Set<string>();
    const collect = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) addField(merged, selection);
        else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
        else if (!seen.has(selection.name.value)) {
          seen.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment) collect(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) collect(set);
    count += merged.size;
    if (count > bound) return count;
    for (const within of merged.values()) if (within.length > 0) waiting.push(within);
  }
  return count;
}

function addField(merged: Map<string, SelectionSetNode[]>, field: FieldNode): void {
  const key = field.alias?.value ?? field.name.value;
  const sets = merged.get(key) ?? [];
  if (field.selectionSet) sets.push(field.selectionSet);
  merged.set(key, sets);
}

/** Measures the operations of one document, which need not be valid. */
export function createOperationMeasure(
  document: DocumentNode,
): (operation: OperationDefinitionNode) => MeasuredOperation {
  const fragments = new Map(document.definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const measure = createMeasure(fragments);
  return (operation) => {
    const rootUses = countRootUses(operation, fragments);
    return {
      ...measure(operation.selectionSet),
      rootUses,
      rootFields: [...rootUses.values()].reduce((total, uses) => total + uses, 0),
      height: (bound) => countMergedFields(operation.selectionSet, fragments, bound),
    };
  };
}
