import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  separateOperations,
} from 'graphql';
import type { AccessIndex } from '../access/access-index.ts';
import type { AccessProfile, RequirementSets } from '../access/decide.ts';
import { type Denial, listDenials } from '../access/denials.ts';
import { listRefusedFields, listRequirementSets } from '../access/guarded-fields.ts';
import type { CostIndex } from '../cost/cost-index.ts';
import { listSlices, type Slice } from '../limits/list-sizes.ts';
import { createOperationMeasure, type MeasuredOperation } from '../limits/operation-size.ts';
import { type BoundedCache, createBoundedCache } from './bounded-cache.ts';
import type { Fragments } from './collect-fields.ts';
import { compileStep } from './compile-plan.ts';
import type { Complete } from './completion.ts';
import type { RunStep } from './fetch-step.ts';
import type { DataObject } from './gathered.ts';
import { compileIntrospection } from './introspection.ts';
import type { ActiveOverrides, OverrideLabels } from './overrides.ts';
import type { FetchStep, Plan, Planner } from './plan.ts';
import { asksSubgraphs, toPlannerDocument } from './planner-document.ts';
import { compileProjection } from './projection.ts';
import { traced } from './tracing.ts';
import type { TypeIndex } from './type-index.ts';

/** One supergraph, ready to plan and answer operations. */
export interface Graph {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly reservedKeys: ReadonlySet<string>;
  readonly access: AccessIndex;
  readonly cost: CostIndex;
  readonly overrides: OverrideLabels;
  readonly planner: Planner;
  /** Plans what `planner` cannot: subscriptions. */
  readonly subscriptionPlanner: Planner;
  /** Subgraph URLs by name. */
  readonly services: ReadonlyMap<string, string>;
  /** Changes with the supergraph; another for each variant. */
  readonly hash: string;
  /** The same supergraph as the clients of each variant see it, by name. */
  readonly variants: ReadonlyMap<string, Graph>;
}

/** An operation compiled for everyone in the same circumstances. */
export interface CompiledOperation {
  readonly circumstances: Circumstances;
  readonly plan: Plan;
  readonly run: RunStep;
  readonly subscription: FetchStep | null;
  readonly project: Complete;
  readonly denials: readonly Denial[];
}

/** A valid operation, known by its text and name. */
export interface PreparedOperation {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly fragments: Fragments;
  readonly root: GraphQLObjectType;
  /** Null for a registered operation, which was measured when it was registered. */
  readonly size: MeasuredOperation | null;
  readonly rootUses: MeasuredOperation['rootUses'];
  readonly slices: readonly Slice[];
  readonly requirements: RequirementSets;
  readonly introspect: ((variables: DataObject) => DataObject) | null;
  readonly compiled: BoundedCache<CompiledOperation>;
}

/** What an operation is compiled for: who may see what, and which progressive overrides are active. */
export interface Circumstances {
  readonly profile: AccessProfile;
  readonly overrides: ActiveOverrides;
}

const maxCompiled = 32;

const isFragment = (node: { kind: string }): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION;

/** Reads an operation that has passed validation. Throws when the document has none of that name. */
export function prepareOperation(
  graph: Graph,
  source: DocumentNode,
  operationName: string | null,
): PreparedOperation {
  const operation = getOperationAST(source, operationName);
  const root = operation && graph.schema.getRootType(operation.operation);
  if (!operation || !root) {
    throw new GraphQLError('The document has no such operation.', {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    });
  }
  const document = separateOperations(source)[operation.name?.value ?? ''] ?? source;
  const fragments = new Map(document.definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const size = createOperationMeasure(document)(operation);
  return {
    operation,
    document,
    fragments,
    root,
    size,
    rootUses: size.rootUses,
    slices: listSlices(operation, root.name, { index: graph.cost, fragments }),
    requirements: listRequirementSets(graph.schema, document, graph.access),
    introspect: compileIntrospection(graph.schema, root, operation, fragments),
    compiled: createBoundedCache(maxCompiled),
  };
}

const nothingToPlan: Plan = { root: null, subscription: null };

interface PlanOptions {
  readonly isRefused: (field: FieldNode) => boolean;
  readonly overrides: ActiveOverrides;
}

function planOf(graph: Graph, prepared: PreparedOperation, { isRefused, overrides }: PlanOptions): Plan {
  const document = toPlannerDocument(prepared.document, { reserved: graph.reservedKeys, isRefused });
  if (!asksSubgraphs(document)) return nothingToPlan;
  const isSubscription = prepared.operation.operation === 'subscription';
  const planner = isSubscription ? graph.subscriptionPlanner : graph.planner;
  const operationName = prepared.operation.name?.value ?? null;
  const attributes = { 'graphql.operation.name': operationName ?? '' };
  const plan = traced('gateway.plan', attributes, () =>
    planner.plan({ source: print(document), operationName, overrides: overrides.labels }),
  );
  if (!plan.root && !plan.subscription) {
    throw new GraphQLError('No subgraph can answer this operation.', { extensions: { code: 'INTERNAL' } });
  }
  return plan;
}

const keyOf = ({ profile, overrides }: Circumstances): string => profile.key + overrides.key;

/** The operation as it was compiled for such circumstances before, if it was. */
export const compiledFor = (
  prepared: PreparedOperation,
  circumstances: Circumstances,
): CompiledOperation | undefined => prepared.compiled.get(keyOf(circumstances));

/** The operation compiled for its circumstances: planned without what the profile refuses, once. */
export function compileFor(
  graph: Graph,
  prepared: PreparedOperation,
  circumstances: Circumstances,
): CompiledOperation {
  const { profile, overrides } = circumstances;
  const key = keyOf(circumstances);
  const known = prepared.compiled.get(key);
  if (known) return known;
  const refused = listRefusedFields(graph.schema, prepared.document, profile);
  const plan = planOf(graph, prepared, { isRefused: (field) => refused.has(field), overrides });
  const compiled: CompiledOperation = {
    circumstances,
    plan,
    run: compileStep(plan.root, graph.types),
    subscription: plan.subscription,
    project: compileProjection(
      {
        schema: graph.schema,
        fragments: prepared.fragments,
        reserved: graph.reservedKeys,
        isRefused: (mention, typename) =>
          refused.has(mention) || profile.refusalOf(typename, mention.name.value) !== null,
      },
      prepared.root,
      { set: prepared.operation.selectionSet, conditions: [] },
    ),
    denials: listDenials(prepared.operation.selectionSet, refused, prepared.fragments),
  };
  prepared.compiled.set(key, compiled);
  return compiled;
}
