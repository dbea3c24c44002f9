import type { Viewer } from '@studymate/contracts';

/** What one directive asks of a viewer. */
export type Requirement =
  | { readonly kind: 'authenticated' }
  /** Any of the sets, all of its scopes. */
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  /** Any of the sets, all of its policies. */
  | { readonly kind: 'policies'; readonly anyOf: readonly (readonly string[])[] };

export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN';

/** Decides a policy from the viewer alone: for one token always alike. */
export type PolicyDecision = (viewer: Viewer | null) => boolean;

/** Policies by the name they carry in `@policy`. One that is not here is refused to everyone. */
export type PolicyRegistry = Readonly<Record<string, PolicyDecision>>;

function isMet(requirement: Requirement, viewer: Viewer | null, policies: PolicyRegistry): boolean {
  switch (requirement.kind) {
    case 'authenticated':
      return viewer !== null;
    case 'scopes': {
      const held = new Set<string>(viewer?.scopes);
      return requirement.anyOf.some((all) => all.every((scope) => held.has(scope)));
    }
    case 'policies':
      return requirement.anyOf.some((all) =>
        all.every((name) => Object.hasOwn(policies, name) && policies[name]?.(viewer) === true),
      );
  }
}

/** Why the viewer may not see what the requirements guard; null when all are met. */
export function refusalOf(
  requirements: readonly Requirement[],
  viewer: Viewer | null,
  policies: PolicyRegistry,
): Refusal | null {
  if (requirements.every((requirement) => isMet(requirement, viewer, policies))) return null;
  return viewer === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
}
