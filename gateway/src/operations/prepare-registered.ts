import { type DocumentNode, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import { profileLike, profileOfEverything } from '../access/decide.ts';
import { noOverrides } from '../execution/overrides.ts';
import {
  compileFor,
  type Graph,
  type PreparedOperation,
  prepareOperation,
} from '../execution/prepared-operation.ts';
import { type OperationLimits, requireWithinLimits } from '../plugins/operation-limits.ts';
import type { RegisteredOperation } from './manifest.ts';

export interface PreparationRules {
  readonly limits: OperationLimits;
  readonly introspection: boolean;
}

function requireValid(
  graph: Graph,
  source: string,
  { limits, introspection }: PreparationRules,
): DocumentNode {
  const document = parse(source, limits.tokens === undefined ? {} : { maxTokens: limits.tokens });
  requireWithinLimits(document, limits);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const [problem] = validate(graph.schema, document, rules, { maxErrors: 1 });
  if (problem) throw problem;
  return document;
}

/**
 * Puts a registered operation through what a new one passes, validation and limits, and plans it for a viewer who
 * may see all of it; null for a subscription, which is planned when it starts. Throws an Error that says what is
 * wrong with it.
 */
export function prepareRegistered(
  graph: Graph,
  { body, name, type }: RegisteredOperation,
  rules: PreparationRules,
): PreparedOperation | null {
  const document = requireValid(graph, body, rules);
  if (type === 'subscription') return null;
  const prepared = { ...prepareOperation(graph, document, name), size: null };
  compileFor(graph, prepared, {
    profile: profileOfEverything(prepared.requirements, graph.access),
    overrides: noOverrides,
  });
  return prepared;
}

/**
 * Prepares an operation that another graph has answered, and plans it for the same kinds of viewers. Throws when it
 * is not valid any more.
 */
export function prepareAgain(
  graph: Graph,
  { source, known }: { readonly source: string; readonly known: PreparedOperation },
  rules: PreparationRules,
): PreparedOperation {
  const document = requireValid(graph, source, rules);
  const again = prepareOperation(graph, document, known.operation.name?.value ?? null);
  const prepared = known.size === null ? { ...again, size: null } : again;
  for (const [, { circumstances }] of known.compiled.entries().toReversed()) {
    const profile = profileLike(circumstances.profile, prepared.requirements, graph.access);
    compileFor(graph, prepared, { profile, overrides: circumstances.overrides });
  }
  return prepared;
}
