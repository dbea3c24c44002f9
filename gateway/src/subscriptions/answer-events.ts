import { Kind } from 'graphql';
import { decideAccess } from '../access/decide.ts';
import { presentDenials } from '../access/denials.ts';
import {
  complete,
  type ExecutionSettings,
  type OperationResult,
  readVariables,
} from '../execution/execute-operation.ts';
import { type ExecutionError, UpstreamUnavailable } from '../execution/execution-error.ts';
import { readSubgraphErrors } from '../execution/fetch-errors.ts';
import { compileFetch, type Execution, type RunStep } from '../execution/fetch-step.ts';
import type { DataObject } from '../execution/gathered.ts';
import { countPlan } from '../execution/operation-metrics.ts';
import { activeOverrides } from '../execution/overrides.ts';
import {
  type CompiledOperation,
  compiledFor,
  compileFor,
  type Graph,
  type PreparedOperation,
} from '../execution/prepared-operation.ts';
import type { RequestScope } from '../execution/scope.ts';
import { tracedEvent } from '../execution/tracing.ts';
import { requireAllowed } from '../limits/require-allowed.ts';
import type { EventSources } from './event-sources.ts';

export interface SubscriptionRequest {
  readonly variables: unknown;
  readonly scope: RequestScope;
  readonly settings: ExecutionSettings;
  readonly sources: EventSources;
  /** Aborted when the client has enough. */
  readonly signal: AbortSignal;
}

export type SubscriptionAnswers = AsyncGenerator<OperationResult>;

/** Why there are no events, or one answer for each event. */
export type SubscriptionStart =
  | { readonly kind: 'refused'; readonly errors: readonly ExecutionError[] }
  | { readonly kind: 'answers'; readonly answers: SubscriptionAnswers };

interface Joining {
  readonly graph: Graph;
  readonly prepared: PreparedOperation;
  readonly compiled: CompiledOperation;
  readonly variables: DataObject;
}

/** The one field of a subscription; fragments may be around it. */
function rootFieldOf({ operation, fragments }: PreparedOperation): string {
  let [selection] = operation.selectionSet.selections;
  while (selection && selection.kind !== Kind.FIELD) {
    const within = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    [selection] = within?.selectionSet.selections ?? [];
  }
  return selection?.name.value ?? '';
}

const bodyOf = (step: NonNullable<CompiledOperation['subscription']>, variables: DataObject): string =>
  JSON.stringify({
    query: step.operation,
    ...(step.operationName === null ? {} : { operationName: step.operationName }),
    variables: Object.fromEntries(
      step.variables.filter((name) => variables[name] !== undefined).map((name) => [name, variables[name]]),
    ),
  });

const primaries = new WeakMap<CompiledOperation, RunStep | null>();

/** The step that an event takes the place of, compiled once for all subscribers. */
function primaryOf(compiled: CompiledOperation, graph: Graph): RunStep | null {
  const known = primaries.get(compiled);
  if (known !== undefined) return known;
  const primary = compiled.subscription && compileFetch(compiled.subscription, graph.types);
  primaries.set(compiled, primary);
  return primary;
}

/**
 * Completes each event like the answer of a query: the event takes the place of the primary fetch's answer, and the
 * rest of the plan joins the other subgraphs to it. One event at a time, the next when the client has taken the last.
 */
async function* joinEvents(
  events: AsyncIterable<DataObject>,
  { graph, prepared, compiled, variables }: Joining,
  { scope, settings, signal }: SubscriptionRequest,
): AsyncGenerator<OperationResult> {
  const primary = primaryOf(compiled, graph);
  const attributes = { 'graphql.operation.name': prepared.operation.name?.value ?? '' };
  for await (const event of events) {
    const execution: Execution = {
      data: {},
      errors: [],
      variables,
      scope,
      send: async (request) => (request.kind === 'subscription' ? event : settings.send(request)),
      unresponsive: new Set(),
      caching: null,
    };
    await tracedEvent(attributes, async () => {
      await primary?.(execution);
      await compiled.run(execution);
    });
    if (signal.aborted) return;
    yield complete(compiled, prepared, execution);
  }
}

export const unavailable = ({ message, service }: UpstreamUnavailable): ExecutionError => ({
  message,
  path: null,
  service,
  extensions: { code: 'UPSTREAM_UNAVAILABLE' },
});

/** Starts a subscription: variables, cost and access first, then the stream of the owning subgraph. */
export async function startSubscription(
  graph: Graph,
  prepared: PreparedOperation,
  request: SubscriptionRequest,
): Promise<SubscriptionStart> {
  const { settings, scope, sources, signal } = request;
  const variables = readVariables(graph, prepared, request.variables);
  await requireAllowed(graph, prepared, { variables, scope, settings });
  settings.recorder?.record(graph, prepared, { variables, client: scope.client });
  const profile = decideAccess(prepared.requirements, scope.viewer, {
    index: graph.access,
    policies: settings.policies,
  });
  const overrides = activeOverrides(graph.overrides, scope);
  countPlan(compiledFor(prepared, { profile, overrides }) ? 'hit' : 'miss', scope.client);
  const compiled = compileFor(graph, prepared, { profile, overrides });
  const step = compiled.subscription;
  if (!step || (settings.whenRefused === 'reject' && compiled.denials.length > 0)) {
    return { kind: 'refused', errors: presentDenials(compiled.denials, [], variables) };
  }
  const field = rootFieldOf(prepared);
  try {
    const stream = await sources.follow(field, {
      service: step.service,
      body: bodyOf(step, variables),
      scope,
      signal,
    });
    if (stream.kind === 'refused') {
      return { kind: 'refused', errors: readSubgraphErrors(stream.answer.errors, step.service, new Map()) };
    }
    return {
      kind: 'answers',
      answers: joinEvents(stream.events, { graph, prepared, compiled, variables }, request),
    };
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return { kind: 'refused', errors: [unavailable(error)] };
    throw error;
  }
}
