import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayFile } from '../config-schema.ts';
import { refusal } from './read-body.ts';

export type OperationLimits = GatewayFile['limits'];

/** How large an operation is once its fragments are spread out. */
export interface OperationSize {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
}

const nothing: OperationSize = { depth: 0, fields: 0, aliases: 0, directives: 0 };

const add = (one: OperationSize, other: OperationSize): OperationSize => ({
  depth: Math.max(one.depth, other.depth),
  fields: one.fields + other.fields,
  aliases: one.aliases + other.aliases,
  directives: one.directives + other.directives,
});

const isFragment = (node: { kind: string }): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION;
const isOperation = (node: { kind: string }): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

/** Measures selection sets, each fragment once: a document that doubles itself costs no more than it is long. */
export function createMeasure(document: DocumentNode): (set: SelectionSetNode) => OperationSize {
  const fragments = new Map(document.definitions.filter(isFragment).map((node) => [node.name.value, node]));
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
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const within = measureFragment(selection.name.value);
        return add(total, { ...within, directives: within.directives + directives });
      }
      const within = selection.selectionSet ? measure(selection.selectionSet) : nothing;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return add(total, { ...within, directives: within.directives + directives });
      }
      return add(total, {
        depth: within.depth + 1,
        fields: within.fields + 1,
        aliases: within.aliases + (selection.alias ? 1 : 0),
        directives: within.directives + directives,
      });
    }, nothing);

  return measure;
}

/** Fields at the root, fragments spread out; each fragment is looked into once. */
function countRootFields(operation: OperationDefinitionNode, document: DocumentNode): number {
  const fragments = new Map(document.definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const known = new Map<string, number>();
  const count = (set: SelectionSetNode): number =>
    set.selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) return total + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) return total + count(selection.selectionSet);
      const name = selection.name.value;
      if (!known.has(name)) {
        known.set(name, 0);
        const fragment = fragments.get(name);
        known.set(name, fragment ? count(fragment.selectionSet) : 0);
      }
      return total + (known.get(name) ?? 0);
    }, 0);
  return count(operation.selectionSet);
}

const tooComplex = (what: string, limit: number): GraphQLError =>
  refusal(400, 'OPERATION_TOO_COMPLEX', `The operation has more than ${limit} ${what}.`);

/** Throws OPERATION_TOO_COMPLEX (400) when any operation of the document is larger than allowed. */
export function requireWithinLimits(document: DocumentNode, limits: OperationLimits): void {
  const measure = createMeasure(document);
  for (const operation of document.definitions.filter(isOperation)) {
    const size = measure(operation.selectionSet);
    const measures: readonly (readonly [string, number, number | undefined])[] = [
      ['levels', size.depth, limits.depth],
      ['fields', size.fields, limits.fields],
      ['aliases', size.aliases, limits.aliases],
      ['directives', size.directives, limits.directives],
      ['root fields', countRootFields(operation, document), limits.rootFields],
    ];
    for (const [what, actual, limit] of measures) {
      if (limit !== undefined && actual > limit) throw tooComplex(what, limit);
    }
  }
}

/**
 * Parses and measures before anything costly is done with a document. What does not parse is left to the full
 * pipeline, which words that better; too many tokens are not.
 */
export function admitDocument(source: string, limits: OperationLimits): void {
  let document: DocumentNode;
  try {
    document = parse(source, {
      noLocation: true,
      ...(limits.tokens === undefined ? {} : { maxTokens: limits.tokens }),
    });
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('tokens')) {
      throw tooComplex('tokens', limits.tokens ?? 0);
    }
    return;
  }
  requireWithinLimits(document, limits);
}
