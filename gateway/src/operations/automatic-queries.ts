import { createHash } from 'node:crypto';
import { type BoundedCache, createBoundedCache } from '../execution/bounded-cache.ts';
import { refusal } from '../plugins/read-body.ts';

/** Texts that clients have sent once with their hash, to send the hash alone from then on. */
export interface AutomaticQueries {
  find(hash: string): string | null;
  /** Throws a 400 when the hash is not the text's. Texts beyond the limit are run and not kept. */
  keep(hash: string, source: string): void;
}

export interface AutomaticQueryLimits {
  readonly entries: number;
  /** Characters of the longest text kept. */
  readonly longest: number;
  /** Characters of all texts kept. */
  readonly characters: number;
}

export function createAutomaticQueries({
  entries,
  longest,
  characters,
}: AutomaticQueryLimits): AutomaticQueries {
  const kept: BoundedCache<string> = createBoundedCache(entries, {
    weigh: (_hash, source) => source.length,
    most: characters,
  });
  return {
    find: (hash) => kept.get(hash) ?? null,
    keep: (hash, source) => {
      if (createHash('sha256').update(source).digest('hex') !== hash) {
        throw refusal(400, 'BAD_USER_INPUT', 'provided sha does not match query');
      }
      if (source.length <= longest) kept.set(hash, source);
    },
  };
}
