import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from '../execution/collect-fields.ts';
import { type Condition, holds, inclusionOf } from '../execution/conditions.ts';
import type { ExecutionError } from '../execution/execution-error.ts';
import { responseKeyOf } from '../execution/private-keys.ts';
import type { ResponsePath } from '../execution/targets.ts';
import type { Refusal } from './requirement.ts';

/** A place of an operation that the viewer is refused, and the conditions under which it is selected at all. */
export interface Denial {
  readonly path: readonly string[];
  readonly code: Refusal;
  readonly conditions: readonly Condition[];
}

const maxDenials = 100;

export const denialMessages: Readonly<Record<Refusal, string>> = {
  UNAUTHENTICATED: 'Sign in first.',
  FORBIDDEN: 'You may not see this.',
};

interface Walk {
  readonly refused: ReadonlyMap<FieldNode, Refusal>;
  readonly fragments: Fragments;
  /** Whether anything is refused within a selection set; keeps the walk off everything else. */
  readonly isClean: (set: SelectionSetNode) => boolean;
  readonly denials: Denial[];
}

function cleanliness(refused: ReadonlyMap<FieldNode, Refusal>, fragments: Fragments) {
  const known = new Map<SelectionSetNode, boolean>();
  const isClean = (set: SelectionSetNode): boolean => {
    const before = known.get(set);
    if (before !== undefined) return before;
    known.set(set, true);
    const clean = set.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) {
        return !refused.has(selection) && (!selection.selectionSet || isClean(selection.selectionSet));
      }
      const within =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return !within || isClean(within.selectionSet);
    });
    known.set(set, clean);
    return clean;
  };
  return isClean;
}

function walk(state: Walk, set: SelectionSetNode, at: Omit<Denial, 'code'>): void {
  if (state.denials.length >= maxDenials || state.isClean(set)) return;
  for (const selection of set.selections) {
    const inclusion = inclusionOf(selection);
    if (inclusion === 'never') continue;
    const conditions = [...at.conditions, ...inclusion];
    if (selection.kind !== Kind.FIELD) {
      const within =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : state.fragments.get(selection.name.value);
      if (within) walk(state, within.selectionSet, { path: at.path, conditions });
      continue;
    }
    const path = [...at.path, responseKeyOf(selection)];
    const code = state.refused.get(selection);
    if (code !== undefined && state.denials.length < maxDenials)
      state.denials.push({ path, code, conditions });
    else if (selection.selectionSet) walk(state, selection.selectionSet, { path, conditions });
  }
}

/** Where an operation meets refused fields, outermost first and at most a hundred. */
export function listDenials(
  operation: SelectionSetNode,
  refused: ReadonlyMap<FieldNode, Refusal>,
  fragments: Fragments,
): Denial[] {
  if (refused.size === 0) return [];
  const state: Walk = { refused, fragments, isClean: cleanliness(refused, fragments), denials: [] };
  walk(state, operation, { path: [], conditions: [] });
  return state.denials;
}

const keysOf = (path: ResponsePath): string => JSON.stringify(path.filter((key) => typeof key === 'string'));

/**
 * The errors to report for an operation's denials: at the first place in the response where the field was
 * withheld, or by response keys alone when the data did not lead there.
 */
export function presentDenials(
  denials: readonly Denial[],
  withheld: readonly ResponsePath[],
  variables: Readonly<Record<string, unknown>>,
): ExecutionError[] {
  const places = new Map(withheld.toReversed().map((path) => [keysOf(path), path]));
  const seen = new Set<string>();
  return denials.flatMap(({ path, code, conditions }): ExecutionError[] => {
    const key = keysOf(path);
    if (seen.has(key) || !holds(conditions, variables)) return [];
    seen.add(key);
    return [
      { message: denialMessages[code], path: places.get(key) ?? path, service: null, extensions: { code } },
    ];
  });
}
