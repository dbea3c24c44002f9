import { GraphQLError, getVariableValues } from 'graphql';
import { decideAccess } from '../access/decide.ts';
import { presentDenials } from '../access/denials.ts';
import type { PolicyRegistry } from '../access/requirement.ts';
import { estimateCost } from '../cost/estimate-cost.ts';
import { broken, type Completion } from './completion.ts';
import type { ExecutionError } from './execution-error.ts';
import type { Execution, SendToSubgraph } from './fetch-step.ts';
import type { DataObject } from './gathered.ts';
import { activeOverrides } from './overrides.ts';
import {
  type CompiledOperation,
  compileFor,
  type Graph,
  type PreparedOperation,
} from './prepared-operation.ts';
import type { RequestScope } from './scope.ts';

export interface OperationResult {
  readonly data: DataObject | null | undefined;
  readonly errors: readonly ExecutionError[];
}

export interface ExecutionSettings {
  readonly send: SendToSubgraph;
  readonly policies: PolicyRegistry;
  /** What happens to an operation with refused fields: they are null with an error, or nothing is answered. */
  readonly whenRefused: 'null' | 'reject';
  /** Null: operations may cost what they like. */
  readonly cost: { readonly max: number; readonly listSize: number } | null;
}

export interface OperationRequest {
  readonly variables: unknown;
  readonly scope: RequestScope;
}

/**
 * The variables by the schema's rules (GraphQL specification, 6.1.2), defaults filled in; values that were given
 * stay as they were given. Throws a GraphQLError BAD_USER_INPUT.
 */
export function readVariables(graph: Graph, prepared: PreparedOperation, given: unknown): DataObject {
  const definitions = prepared.operation.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const values: DataObject = typeof given === 'object' && given !== null ? { ...given } : {};
  const { coerced, errors } = getVariableValues(graph.schema, definitions, values, { maxErrors: 5 });
  const [problem] = errors ?? [];
  if (problem) {
    throw new GraphQLError(problem.message, {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    });
  }
  const result: DataObject = {};
  for (const { variable, type } of definitions) {
    const name = variable.name.value;
    const raw = Object.hasOwn(values, name) ? values[name] : undefined;
    result[name] = raw === undefined || (type.kind === 'NonNullType' && raw === null) ? coerced?.[name] : raw;
  }
  return result;
}

/** Brings gathered data and errors into the response's form. */
export function complete(
  compiled: CompiledOperation,
  prepared: PreparedOperation,
  gathered: Pick<Execution, 'data' | 'errors' | 'variables'>,
): OperationResult {
  const state: Completion = {
    variables: gathered.variables,
    introspection: prepared.introspect?.(gathered.variables) ?? {},
    path: [],
    known: gathered.errors,
    errors: [],
    withheld: [],
    absent: [],
  };
  const data = compiled.project(gathered.data, state);
  const denials = presentDenials(compiled.denials, state.withheld, gathered.variables);
  return {
    data: data === broken || data === null ? null : (data as DataObject),
    errors: [...denials, ...gathered.errors, ...state.errors],
  };
}

/** Throws OPERATION_TOO_COMPLEX (400) when the operation may cost more than is allowed. */
export function requireAffordable(
  graph: Graph,
  prepared: PreparedOperation,
  allowed: { readonly variables: DataObject; readonly cost: ExecutionSettings['cost'] },
): void {
  if (!allowed.cost) return;
  const { max, listSize } = allowed.cost;
  const cost = estimateCost(prepared.operation, prepared.root.name, {
    index: graph.cost,
    fragments: prepared.fragments,
    variables: allowed.variables,
    listSize,
  });
  if (cost <= max) return;
  throw new GraphQLError(`The operation may cost ${cost}; ${max} is allowed.`, {
    extensions: { code: 'OPERATION_TOO_COMPLEX', cost, maxCost: max, http: { status: 400 } },
  });
}

/** Answers a query or mutation: access first, then the plan, then the response. */
export async function executeOperation(
  graph: Graph,
  prepared: PreparedOperation,
  request: OperationRequest & ExecutionSettings,
): Promise<OperationResult> {
  const variables = readVariables(graph, prepared, request.variables);
  requireAffordable(graph, prepared, { variables, cost: request.cost });
  const profile = decideAccess(prepared.requirements, request.scope.viewer, {
    index: graph.access,
    policies: request.policies,
  });
  const overrides = activeOverrides(graph.overrides, request.scope);
  const compiled = compileFor(graph, prepared, { profile, overrides });
  if (request.whenRefused === 'reject' && compiled.denials.length > 0) {
    return { data: undefined, errors: presentDenials(compiled.denials, [], variables) };
  }
  const execution: Execution = {
    data: {},
    errors: [],
    variables,
    scope: request.scope,
    send: request.send,
    unresponsive: new Set(),
  };
  await compiled.run(execution);
  return complete(compiled, prepared, execution);
}
