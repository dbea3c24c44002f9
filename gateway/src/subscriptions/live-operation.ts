import {
  type DocumentNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Config } from '../config.ts';
import { type Graph, type PreparedOperation, prepareOperation } from '../execution/prepared-operation.ts';
import { keyOfOperation, type PreparedOperations } from '../execution/prepared-operations.ts';
import { admitDocument, type OperationLimits } from '../plugins/operation-limits.ts';
import { refusal } from '../plugins/read-body.ts';

export interface LiveOperation {
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: unknown;
}

function parseDocument(source: string): DocumentNode {
  try {
    return parse(source, { noLocation: true });
  } catch (error) {
    const message = error instanceof GraphQLError ? error.message : 'The operation cannot be parsed.';
    throw refusal(400, 'GRAPHQL_PARSE_FAILED', message);
  }
}

/** What a payload asks for. Throws a refusal (400) for none, or one that is too large. */
export function readOperation(
  { query, operationName = null, variables }: Readonly<Record<string, unknown>>,
  limits: OperationLimits,
): LiveOperation {
  if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string'))
    throw refusal(400, 'BAD_USER_INPUT', 'No operation.');
  admitDocument(query, limits);
  return { source: query, document: parseDocument(query), operationName, variables };
}

const maxValidationErrors = 5;

/** Validates and prepares operations, each once per supergraph. */
export function createPreparation({ introspection, isProduction }: Config, operationsOf: PreparedOperations) {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return (graph: Graph, { source, document, operationName }: LiveOperation): PreparedOperation => {
    const operations = operationsOf(graph);
    const key = keyOfOperation(source, operationName);
    const before = operations.get(key);
    if (before) return before;
    const [problem] = validate(graph.schema, document, rules, {
      maxErrors: maxValidationErrors,
      hideSuggestions: isProduction,
    });
    if (problem) {
      throw new GraphQLError(problem.message, {
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
      });
    }
    const prepared = prepareOperation(graph, document, operationName);
    operations.admit(key, prepared);
    return prepared;
  };
}
