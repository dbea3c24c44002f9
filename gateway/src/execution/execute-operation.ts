import { GraphQLError, getVariableValues } from 'graphql';
import { decideAccess } from '../access/decide.ts';
import { presentDenials } from '../access/denials.ts';
import type { PolicyRegistry } from '../access/requirement.ts';
import type { Caching } from '../caching/caching.ts';
import type { Freshness } from '../caching/freshness.ts';
import { type PlanSettings, requireAllowed } from '../limits/require-allowed.ts';
import type { Recorder } from '../recording/recorder.ts';
import { broken, type Completion } from './completion.ts';
import { traceFetches } from './debug-trace.ts';
import type { ExecutionError } from './execution-error.ts';
import type { Execution, SendToSubgraph } from './fetch-step.ts';
import type { DataObject } from './gathered.ts';
import { countPlan } from './operation-metrics.ts';
import { activeOverrides } from './overrides.ts';
import {
  type CompiledOperation,
  compiledFor,
  compileFor,
  type Graph,
  type PreparedOperation,
} from './prepared-operation.ts';
import type { RequestScope } from './scope.ts';

export interface OperationResult {
  readonly data: DataObject | null | undefined;
  readonly errors: readonly ExecutionError[];
  /** How long the answer may be kept; absent: not at all. */
  readonly freshness?: Freshness;
  /** Present for an answer that was kept. */
  readonly ageSeconds?: number;
}

export interface ExecutionSettings extends PlanSettings {
  readonly send: SendToSubgraph;
  readonly policies: PolicyRegistry;
  /** What happens to an operation with refused fields: they are null with an error, or nothing is answered. */
  readonly whenRefused: 'null' | 'reject';
  /** Null: every query is asked of the subgraphs. */
  readonly caching: Caching | null;
  /** Null: nobody counts operations. */
  readonly recorder: Recorder | null;
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

interface Run {
  readonly variables: DataObject;
  readonly request: OperationRequest & ExecutionSettings;
}

/** What an API key opens is decided at each fetch, and what a mutation shows is to be new: neither uses the cache. */
const cachingFor = (prepared: PreparedOperation, { caching, scope }: Run['request']): Caching | null =>
  prepared.operation.operation === 'query' && !scope.apiKey ? caching : null;

/** Runs the plan. */
async function runOperation(
  compiled: CompiledOperation,
  prepared: PreparedOperation,
  { variables, request }: Run,
): Promise<OperationResult> {
  const caching = cachingFor(prepared, request)?.begin() ?? null;
  const execution: Execution = {
    data: {},
    errors: [],
    variables,
    scope: request.scope,
    send: request.send,
    unresponsive: new Set(),
    caching,
  };
  await compiled.run(execution);
  const result = complete(compiled, prepared, execution);
  const freshness = result.errors.length === 0 ? caching?.freshness : null;
  return freshness ? { ...result, freshness } : result;
}

/** Answers a query or mutation: access first, then the plan, then the response. */
export async function executeOperation(
  graph: Graph,
  prepared: PreparedOperation,
  request: OperationRequest & ExecutionSettings,
): Promise<OperationResult> {
  const variables = readVariables(graph, prepared, request.variables);
  const allowed = requireAllowed(graph, prepared, { variables, scope: request.scope, settings: request });
  if (allowed instanceof Promise) await allowed;
  request.recorder?.record(graph, prepared, { variables, client: request.scope.client });
  const profile = decideAccess(prepared.requirements, request.scope.viewer, {
    index: graph.access,
    policies: request.policies,
  });
  const overrides = activeOverrides(graph.overrides, request.scope);
  const known = compiledFor(prepared, { profile, overrides });
  countPlan(known ? 'hit' : 'miss', request.scope.client);
  const compiled = known ?? compileFor(graph, prepared, { profile, overrides });
  if (request.whenRefused === 'reject' && compiled.denials.length > 0) {
    return { data: undefined, errors: presentDenials(compiled.denials, [], variables) };
  }
  const { debug } = request.scope;
  if (debug) {
    Object.assign(debug, {
      planner: graph.planner.name,
      plan: compiled.plan,
      overrides: [...overrides.labels],
    });
    const traced = { ...request, caching: null, send: traceFetches(request.send, debug) };
    return runOperation(compiled, prepared, { variables, request: traced });
  }
  const run = () => runOperation(compiled, prepared, { variables, request });
  const answers = cachingFor(prepared, request)?.answers;
  if (!answers || compiled.denials.length > 0) return run();
  const circumstances = profile.key + overrides.key;
  return answers.answer({ graph, prepared, compiled, circumstances, variables, scope: request.scope }, run);
}
