import {
  type EntityBatchAlias,
  type FetchRewrite,
  type FlattenNodePathSegment,
  type FetchNode as HiveFetch,
  type PlanNode as HiveNode,
  QueryPlanner,
  type RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { GraphQLError } from 'graphql';
import { standingFor } from './overrides.ts';
import type {
  EntityLookup,
  FetchStep,
  PathSegment,
  Planner,
  PlanStep,
  RequiredSelection,
  Rewrite,
} from './plan.ts';

const toSegment = (segment: FlattenNodePathSegment): PathSegment => {
  if (segment === '@') return { kind: 'list' };
  if ('Field' in segment) return { kind: 'field', key: segment.Field };
  return { kind: 'type', names: segment.TypeCondition };
};

function toRequired(selection: RequiresSelection): RequiredSelection {
  switch (selection.kind) {
    case 'Field':
      return {
        kind: 'field',
        from: selection.name,
        to: selection.alias ?? selection.name,
        selections: selection.selections?.length ? selection.selections.map(toRequired) : null,
      };
    case 'InlineFragment':
      return {
        kind: 'fragment',
        typeCondition: selection.typeCondition,
        selections: selection.selections.map(toRequired),
      };
    case 'FragmentSpread':
      throw new GraphQLError('A fragment spread in a representation is not supported.');
  }
}

function toRewrite(rewrite: FetchRewrite): Rewrite {
  const setter = 'ValueSetter' in rewrite ? rewrite.ValueSetter : 'kind' in rewrite ? rewrite : null;
  const renamer = 'KeyRenamer' in rewrite ? rewrite.KeyRenamer : null;
  const path = (setter ?? renamer)?.path.map(
    (segment): PathSegment =>
      'Key' in segment
        ? { kind: 'field', key: segment.Key }
        : { kind: 'type', names: segment.TypenameEquals },
  );
  const last = path?.at(-1);
  if (!path || last?.kind !== 'field')
    throw new GraphQLError('A rewrite of the plan does not end in a field.');
  const parent = path.slice(0, -1);
  if (renamer) return { kind: 'rename', path: parent, key: last.key, to: renamer.renameKeyTo };
  return { kind: 'set', path: parent, key: last.key, value: setter?.setValueTo };
}

const toBatchLookup = (batch: EntityBatchAlias, base: readonly PathSegment[]): EntityLookup => ({
  key: batch.alias,
  variable: batch.representationsVariableName,
  paths: batch.paths.map((path) => [...base, ...path.map(toSegment)]),
  requires: batch.requires.map(toRequired),
  inputRewrites: (batch.inputRewrites ?? []).map(toRewrite),
  outputRewrites: (batch.outputRewrites ?? []).map(toRewrite),
});

function toFetch(node: HiveFetch, path: readonly PathSegment[]): FetchStep {
  const isEntityFetch = node.requires !== undefined && node.requires.length > 0;
  return {
    kind: 'fetch',
    service: node.serviceName,
    operation: node.operation,
    operationName: node.operationName ?? null,
    operationKind: node.operationKind ?? 'query',
    variables: node.variableUsages ?? [],
    path,
    lookups: isEntityFetch
      ? [
          {
            key: '_entities',
            variable: 'representations',
            paths: [path],
            requires: (node.requires ?? []).map(toRequired),
            inputRewrites: (node.inputRewrites ?? []).map(toRewrite),
            outputRewrites: (node.outputRewrites ?? []).map(toRewrite),
          },
        ]
      : [],
    outputRewrites: isEntityFetch ? [] : (node.outputRewrites ?? []).map(toRewrite),
  };
}

function toStep(node: HiveNode, path: readonly PathSegment[]): PlanStep {
  switch (node.kind) {
    case 'Fetch':
      return toFetch(node, path);
    case 'BatchFetch':
      return {
        kind: 'fetch',
        service: node.serviceName,
        operation: node.operation,
        operationName: node.operationName ?? null,
        operationKind: node.operationKind ?? 'query',
        variables: node.variableUsages ?? [],
        path,
        lookups: node.entityBatch.aliases.map((batch) => toBatchLookup(batch, path)),
        outputRewrites: [],
      };
    case 'Flatten':
      return toStep(node.node, [...path, ...node.path.map(toSegment)]);
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map((child) => toStep(child, path)) };
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map((child) => toStep(child, path)) };
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause ? toStep(node.ifClause, path) : null,
        whenFalse: node.elseClause ? toStep(node.elseClause, path) : null,
      };
    default:
      throw new GraphQLError(`The planner answered a ${node.kind} node, which is not supported.`);
  }
}

/** The planner of Hive Router: native code, 0.2–0.9 ms for an operation. It does not plan subscriptions' joins. */
export function createHivePlanner(supergraphSdl: string): Planner {
  const planner = new QueryPlanner(supergraphSdl);
  return {
    name: 'hive',
    plan: ({ source, operationName, overrides }) => {
      const { node } = planner.plan(
        source,
        operationName,
        new Set(overrides),
        standingFor(planner.overridePercentages, overrides),
      );
      return { root: node ? toStep(node, []) : null, subscription: null };
    },
  };
}
