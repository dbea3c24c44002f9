import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import type {
  FetchNode as ApolloFetch,
  PlanNode as ApolloNode,
  FetchDataRewrite,
  QueryPlanner,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { GraphQLError, parse } from 'graphql';
import type { FetchStep, PathSegment, Plan, Planner, PlanStep, RequiredSelection, Rewrite } from './plan.ts';

const toSegment = (segment: string | number): PathSegment =>
  segment === '@' ? { kind: 'list' } : { kind: 'field', key: String(segment) };

function toRequired(selection: QueryPlanSelectionNode): RequiredSelection {
  if (selection.kind === 'InlineFragment') {
    return {
      kind: 'fragment',
      typeCondition: selection.typeCondition ?? null,
      selections: selection.selections.map(toRequired),
    };
  }
  const key = selection.alias ?? selection.name;
  return {
    kind: 'field',
    from: key,
    to: key,
    selections: selection.selections?.length ? selection.selections.map(toRequired) : null,
  };
}

const fragmentPrefix = '... on ';

function toRewrite(rewrite: FetchDataRewrite): Rewrite {
  const path = rewrite.path.map(
    (segment): PathSegment =>
      segment.startsWith(fragmentPrefix)
        ? { kind: 'type', names: [segment.slice(fragmentPrefix.length)] }
        : { kind: 'field', key: segment },
  );
  const last = path.at(-1);
  if (last?.kind !== 'field') throw new GraphQLError('A rewrite of the plan does not end in a field.');
  const parent = path.slice(0, -1);
  return rewrite.kind === 'KeyRenamer'
    ? { kind: 'rename', path: parent, key: last.key, to: rewrite.renameKeyTo }
    : { kind: 'set', path: parent, key: last.key, value: rewrite.setValueTo };
}

function toFetch(node: ApolloFetch, path: readonly PathSegment[]): FetchStep {
  const isEntityFetch = node.requires !== undefined && node.requires.length > 0;
  const outputRewrites = (node.outputRewrites ?? []).map(toRewrite);
  return {
    kind: 'fetch',
    service: node.serviceName,
    operation: node.operation,
    operationName: node.operationName ?? null,
    operationKind: node.operationKind,
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
            outputRewrites,
          },
        ]
      : [],
    outputRewrites: isEntityFetch ? [] : outputRewrites,
  };
}

function toStep(node: ApolloNode, path: readonly PathSegment[]): PlanStep {
  switch (node.kind) {
    case 'Fetch':
      return toFetch(node, path);
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

/** Apollo's planner, as held by @apollo/gateway. Plans subscriptions; blocks for 10–80 ms on large operations. */
export function createApolloPlanner(planner: QueryPlanner, apiSchema: Schema): Planner {
  return {
    name: 'apollo',
    plan: ({ source, operationName, overrides }): Plan => {
      const operation = operationFromDocument(
        apiSchema,
        parse(source, { noLocation: true }),
        operationName === null ? {} : { operationName },
      );
      const { node } = planner.buildQueryPlan(operation, {
        overrideConditions: new Map([...overrides].map((label) => [label, true])),
      });
      if (!node) return { root: null, subscription: null };
      if (node.kind !== 'Subscription') return { root: toStep(node, []), subscription: null };
      return {
        root: node.rest ? toStep(node.rest, []) : null,
        subscription: toFetch(node.primary, []),
      };
    },
  };
}
