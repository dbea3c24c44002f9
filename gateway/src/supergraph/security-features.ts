import { type DirectiveNode, type DocumentNode, Kind, print, visit } from 'graphql';
import type { LinkedFeature } from './linked-features.ts';

const specifications = 'https://specs.apollo.dev';

/** Security features that `access/` enforces, in the version it knows. */
const enforcedHere = ['authenticated', 'requiresScopes', 'policy'].map(
  (name) => `${specifications}/${name}/v0.1`,
);

/** Security features that are enforced by leaving elements out of the schema that clients see. */
const enforcedBySchema = ['v0.1', 'v0.2'].map((version) => `${specifications}/inaccessible/${version}`);

export class UnsafeSupergraph extends Error {
  override readonly name = 'UnsafeSupergraph';
}

/** Refuses a supergraph that asks for a protection which would silently not be given. */
export function requireEnforceable(features: readonly LinkedFeature[], isAccessEnforced: boolean): void {
  for (const { identity, name, version, purpose } of features) {
    const url = `${identity}/${version}`;
    if (purpose !== 'SECURITY' || enforcedBySchema.includes(url)) continue;
    if (!enforcedHere.includes(url)) {
      throw new UnsafeSupergraph(
        `The supergraph asks for the security feature ${url}, which this gateway does not enforce.`,
      );
    }
    if (!isAccessEnforced) {
      throw new UnsafeSupergraph(
        `The supergraph protects fields with @${name}, and enforcement is switched off ("access": false).`,
      );
    }
  }
}

function withoutPurpose(directive: DirectiveNode): DirectiveNode {
  const url = directive.arguments?.find(({ name }) => name.value === 'url')?.value;
  if (url?.kind !== Kind.STRING || !enforcedHere.includes(url.value)) return directive;
  return { ...directive, arguments: directive.arguments?.filter(({ name }) => name.value !== 'for') ?? [] };
}

/**
 * The supergraph as @apollo/gateway takes it. It refuses the features linked `for: SECURITY` that it does not
 * enforce itself; their enforcement is ours, from the original.
 */
export const withoutSecurityPurpose = (supergraph: DocumentNode): string =>
  print(visit(supergraph, { Directive: (directive) => withoutPurpose(directive) }));
