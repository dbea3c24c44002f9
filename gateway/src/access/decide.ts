import type { Viewer } from '@studymate/contracts';
import type { AccessIndex } from './access-index.ts';
import { type PolicyRegistry, type Refusal, type Requirement, refusalOf } from './requirement.ts';

/** What one viewer may see of one operation: equal profiles may share a plan, others never do. */
export interface AccessProfile {
  readonly key: string;
  /** By the identity of the requirements. */
  readonly decisions: ReadonlyMap<string, Refusal | null>;
  refusalOf(typename: string, fieldName: string): Refusal | null;
}

/** The distinct combinations of requirements that an operation's fields ask for. */
export type RequirementSets = ReadonlyMap<string, readonly Requirement[]>;

export const identityOf = (requirements: readonly Requirement[]): string => JSON.stringify(requirements);

type Decide = (identity: string, requirements: readonly Requirement[]) => Refusal | null;

function profileOf(sets: RequirementSets, index: AccessIndex, decide: Decide): AccessProfile {
  const decisions = new Map<string, Refusal | null>();
  let key = '';
  for (const [identity, requirements] of sets) {
    const refusal = decide(identity, requirements);
    decisions.set(identity, refusal);
    key += refusal === null ? '+' : refusal === 'FORBIDDEN' ? 'f' : 'u';
  }
  return {
    key,
    decisions,
    refusalOf: (typename, fieldName) => {
      const requirements = index.requirementsOf(typename, fieldName);
      if (requirements.length === 0) return null;
      const decided = decisions.get(identityOf(requirements));
      // A field that the operation was not read to ask for is not decided, and what is not decided is refused.
      return decided === undefined ? 'FORBIDDEN' : decided;
    },
  };
}

/** The profile of a viewer whom nothing of an operation is refused: for plans made before anybody asks. */
export const profileOfEverything = (sets: RequirementSets, index: AccessIndex): AccessProfile =>
  profileOf(sets, index, () => null);

/** What was decided for an operation elsewhere, as far as that goes: for plans made before anybody asks again. */
export const profileLike = (known: AccessProfile, sets: RequirementSets, index: AccessIndex): AccessProfile =>
  profileOf(sets, index, (identity) => known.decisions.get(identity) ?? null);

/** Stands for nobody where viewers are keys. */
const anybody = {};

/** What was decided of an operation, for as long as the operation and the viewer's token are remembered. */
const decided = new WeakMap<RequirementSets, WeakMap<object, AccessProfile>>();

/** Decides every requirement of an operation for a viewer, once. */
export function decideAccess(
  sets: RequirementSets,
  viewer: Viewer | null,
  rules: { readonly index: AccessIndex; readonly policies: PolicyRegistry },
): AccessProfile {
  const byViewer = decided.get(sets) ?? new WeakMap<object, AccessProfile>();
  const known = byViewer.get(viewer ?? anybody);
  if (known) return known;
  const profile = profileOf(sets, rules.index, (_identity, requirements) =>
    refusalOf(requirements, viewer, rules.policies),
  );
  byViewer.set(viewer ?? anybody, profile);
  decided.set(sets, byViewer);
  return profile;
}
