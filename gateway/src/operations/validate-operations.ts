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

/** What is wrong with operations in a schema, one line for each problem. */
export const listProblems = (
  operations: readonly RegisteredOperation[],
  schema: GraphQLSchema,
  limits: OperationLimits,
): string[] =>
  operations.flatMap(({ id, name, body }) =>
    problemsOf(parse(body), schema, limits).map((problem) => `${name ?? 'unnamed'} (${id}): ${problem}`),
  );
