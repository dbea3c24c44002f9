import { createHash } from 'node:crypto';
import { QueryPlanner } from '@apollo/query-planner';
import type { Logger } from '@studymate/runtime';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { type AccessIndex, createAccessIndex } from '../access/access-index.ts';
import { createCostIndex } from '../cost/cost-index.ts';
import { createApolloPlanner } from '../execution/apollo-planner.ts';
import { withFallback } from '../execution/fallback-planner.ts';
import { readOverrideLabels } from '../execution/overrides.ts';
import type { Planner } from '../execution/plan.ts';
import type { Graph } from '../execution/prepared-operation.ts';
import { reservedKeysOf } from '../execution/private-keys.ts';
import { createTypeIndex } from '../execution/type-index.ts';
import { type ContractFilter, contractSchema } from './contract.ts';
import { readLinkedFeatures } from './linked-features.ts';
import { requireEnforceable, withoutSecurityPurpose } from './security-features.ts';
import { readSubgraphUrls } from './subgraph-urls.ts';

export interface GraphOptions {
  readonly planner: 'hive' | 'apollo';
  readonly isAccessEnforced: boolean;
  /** Variants to serve beside the whole, by name. */
  readonly variants: Readonly<Record<string, ContractFilter>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
}

/** A supergraph that has been read and found enforceable, not yet in service. */
export interface CheckedSupergraph {
  /** The SDL as @apollo/gateway takes it. */
  readonly plannable: string;
  readonly document: DocumentNode;
  readonly access: AccessIndex;
  readonly hivePlanner: Planner | null;
  /** What clients of each variant see. */
  readonly variants: ReadonlyMap<string, GraphQLSchema>;
}

async function loadHivePlanner(sdl: string, logger: Logger): Promise<Planner | null> {
  try {
    const { createHivePlanner } = await import('../execution/hive-planner.ts');
    return createHivePlanner(sdl);
  } catch (error) {
    logger.warn({ error: String(error) }, "the native planner is not usable here; Apollo's plans instead");
    return null;
  }
}

function readVariants(document: DocumentNode, filters: GraphOptions['variants']) {
  const entries = Object.entries(filters).map(([name, filter]) => {
    try {
      return [name, contractSchema(document, filter)] as const;
    } catch (error) {
      throw new Error(`The variant ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  return new Map(entries);
}

const emptyAccess: AccessIndex = { requirementsOf: () => [], policies: new Set() };

/**
 * Reads a supergraph's SDL. Throws when it is no SDL, asks for protection that would not be given, or leaves a
 * variant without a valid schema.
 */
export async function checkSupergraph(sdl: string, options: GraphOptions): Promise<CheckedSupergraph> {
  const document = parse(sdl, { noLocation: true });
  requireEnforceable(readLinkedFeatures(document), options.isAccessEnforced);
  const plannable = withoutSecurityPurpose(document);
  return {
    plannable,
    document,
    access: options.isAccessEnforced ? createAccessIndex(document) : emptyAccess,
    hivePlanner: options.planner === 'hive' ? await loadHivePlanner(plannable, options.logger) : null,
    variants: readVariants(document, options.variants),
  };
}

/** Joins a checked supergraph with what @apollo/gateway holds of it. */
export function assembleGraph(
  { document, access, hivePlanner, plannable, variants }: CheckedSupergraph,
  held: { readonly schema: GraphQLSchema; readonly queryPlanner: unknown },
  { environment, logger }: GraphOptions,
): Graph {
  if (!(held.queryPlanner instanceof QueryPlanner)) {
    throw new Error(
      '@apollo/gateway holds no query planner: its version does not match @apollo/query-planner.',
    );
  }
  const apollo = createApolloPlanner(held.queryPlanner, held.queryPlanner.supergraph.apiSchema());
  const supergraphSchema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  const graph: Graph = {
    schema: held.schema,
    types: createTypeIndex(supergraphSchema),
    reservedKeys: reservedKeysOf(supergraphSchema),
    access,
    cost: createCostIndex(document),
    overrides: readOverrideLabels(document),
    planner: hivePlanner
      ? withFallback(hivePlanner, apollo, (reason) =>
          logger.warn(
            { reason: String(reason) },
            "the native planner cannot plan an operation; Apollo's plan instead",
          ),
        )
      : apollo,
    subscriptionPlanner: apollo,
    services: readSubgraphUrls(document, environment),
    hash: createHash('sha256').update(plannable).digest('hex').slice(0, 16),
    variants: new Map(),
  };
  // What is valid in a variant is valid in the whole: both have one planner, and each its own prepared operations.
  const variantGraphs = [...variants].map(
    ([name, schema]) => [name, { ...graph, schema, hash: `${graph.hash}:${name}` }] as const,
  );
  return { ...graph, variants: new Map(variantGraphs) };
}
