import { NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import { profileOfEverything } from '../access/decide.ts';
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

/**
 * Puts a registered operation through what a new one passes, validation and limits, and plans it for a viewer who
 * may see all of it; null for a subscription, which is planned when it starts. Throws an Error that says what is
 * wrong with it.
 */
export function prepareRegistered(
  graph: Graph,
  { body, name, type }: RegisteredOperation,
  { limits, introspection }: PreparationRules,
): PreparedOperation | null {
  const document = parse(body, limits.tokens === undefined ? {} : { maxTokens: limits.tokens });
  requireWithinLimits(document, limits);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const [problem] = validate(graph.schema, document, rules, { maxErrors: 1 });
  if (problem) throw problem;
  if (type === 'subscription') return null;
  const prepared = { ...prepareOperation(graph, document, name), size: null };
  compileFor(graph, prepared, {
    profile: profileOfEverything(prepared.requirements, graph.access),
    overrides: noOverrides,
  });
  return prepared;
}
