import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql';
import { type OperationLimits, requireWithinLimits } from '../plugins/operation-limits.ts';
import { withoutSecurityPurpose } from '../supergraph/security-features.ts';
import type { RegisteredOperation } from './manifest.ts';

/** The schema that clients of a composed supergraph see. Throws when the file holds none. */
export async function readClientSchema(supergraphFile: string): Promise<GraphQLSchema> {
  const supergraph = withoutSecurityPurpose(
    parse(await readFile(supergraphFile, 'utf8'), { noLocation: true }),
  );
  return Supergraph.build(supergraph, { validateSupergraph: false }).apiSchema().toGraphQLJSSchema();
}

function problemsOf(document: DocumentNode, schema: GraphQLSchema, limits: OperationLimits): string[] {
  const problems = validate(schema, document).map(({ message }) => message);
  try {
    requireWithinLimits(document, limits);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return problems;
}

export interface OperationProblem {
  readonly id: string;
  readonly name: string | null;
  readonly message: string;
}

/** What is wrong with operations in a schema, one entry for each problem. */
export const findProblems = (
  operations: readonly RegisteredOperation[],
  schema: GraphQLSchema,
  limits: OperationLimits,
): OperationProblem[] =>
  operations.flatMap(({ id, name, body }) =>
    problemsOf(parse(body), schema, limits).map((message) => ({ id, name, message })),
  );

/** The same, one line for each. */
export const listProblems = (
  operations: readonly RegisteredOperation[],
  schema: GraphQLSchema,
  limits: OperationLimits,
): string[] =>
  findProblems(operations, schema, limits).map(
    ({ id, name, message }) => `${name ?? 'unnamed'} (${id}): ${message}`,
  );
