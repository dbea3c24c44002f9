import { type DataObject, isDataObject, ownValue } from './gathered.ts';
import type { Rewrite } from './plan.ts';
import { visitTargets } from './targets.ts';
import type { TypeIndex } from './type-index.ts';

function rename(object: DataObject, key: string, to: string): void {
  const value = ownValue(object, key);
  if (value === undefined) return;
  if (value !== null || ownValue(object, to) === undefined) object[to] = value;
  delete object[key];
}

/** Applies the plan's corrections to data in place. */
export function applyRewrites(data: unknown, rewrites: readonly Rewrite[], types: TypeIndex): void {
  if (!isDataObject(data)) return;
  for (const rewrite of rewrites) {
    visitTargets(data, rewrite.path, {
      types,
      visit: (object) => {
        if (rewrite.kind === 'set') object[rewrite.key] = rewrite.value;
        else rename(object, rewrite.key, rewrite.to);
      },
    });
  }
}
