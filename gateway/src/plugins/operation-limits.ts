import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { createOperationMeasure, type MeasuredOperation } from '../limits/operation-size.ts';
import type { OperationLimits } from '../limits/rules-schema.ts';
import { refusal } from './read-body.ts';
import { refuseUnstorableLiterals } from './unstorable-text.ts';

export type { OperationLimits } from '../limits/rules-schema.ts';

const isOperation = (node: { kind: string }): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

const tooComplex = (what: string, limit: number): GraphQLError =>
  refusal(400, 'OPERATION_TOO_COMPLEX', `The operation has more than ${limit} ${what}.`);

const rootNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** Throws OPERATION_TOO_COMPLEX (400) when an operation is larger than allowed. */
export function requireSizeWithin(
  { operation }: OperationDefinitionNode,
  size: MeasuredOperation,
  limits: OperationLimits,
): void {
  const measures: readonly (readonly [string, number, number | undefined])[] = [
    ['levels', size.depth, limits.depth],
    ['fields', size.fields, limits.fields],
    ['aliases', size.aliases, limits.aliases],
    ['directives', size.directives, limits.directives],
    ['fragments', size.fragments, limits.fragments],
    ['root fields', size.rootFields, limits.rootFields],
  ];
  for (const [what, actual, limit] of measures) {
    if (limit !== undefined && actual > limit) throw tooComplex(what, limit);
  }
  for (const [field, limit] of Object.entries(limits.rootFieldUses ?? {})) {
    const [root, name = ''] = field.split('.');
    if (root === rootNames[operation] && (size.rootUses.get(name) ?? 0) > limit)
      throw tooComplex(`uses of ${name}`, limit);
  }
  // Last, since it takes the longest: what is left is not large.
  if (limits.height !== undefined && size.height(limits.height) > limits.height)
    throw tooComplex('fields in its answer', limits.height);
}

/** Throws OPERATION_TOO_COMPLEX (400) when any operation of the document is larger than allowed. */
export function requireWithinLimits(document: DocumentNode, limits: OperationLimits): void {
  const measure = createOperationMeasure(document);
  for (const operation of document.definitions.filter(isOperation))
    requireSizeWithin(operation, measure(operation), limits);
}

/** Nesting that leaves no stack to read or measure it with. */
const tooDeep = () => refusal(400, 'OPERATION_TOO_COMPLEX', 'The operation is nested too deeply.');

/** Null for what does not parse. Throws for what is too long or too deep to be parsed. */
function parseWithin(source: string, maxTokens: number | undefined): DocumentNode | null {
  try {
    return parse(source, { noLocation: true, ...(maxTokens === undefined ? {} : { maxTokens }) });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    if (maxTokens !== undefined && error instanceof GraphQLError && error.message.includes('tokens'))
      throw tooComplex('tokens', maxTokens);
    return null;
  }
}

/**
 * Parses and measures before anything costly is done with a document. What does not parse is left to the full
 * pipeline, which words that better; what is too long or too deep is not.
 */
export function admitDocument(source: string, limits: OperationLimits): void {
  const document = parseWithin(source, limits.tokens);
  if (!document) return;
  refuseUnstorableLiterals(source, document);
  try {
    requireWithinLimits(document, limits);
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error;
  }
}
