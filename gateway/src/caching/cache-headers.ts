import { type Freshness, presentFreshness } from './freshness.ts';

export interface Audience {
  /** False where some viewers are refused a part of the operation. */
  readonly isForEverybody: boolean;
  /** Request headers on which answers may depend. */
  readonly vary: readonly string[];
}

/**
 * What a client and those between are told of keeping an answer (RFC 9111). An answer that not everybody may have is
 * private, whatever the subgraphs say.
 */
export const cacheHeadersOf = (
  freshness: Freshness,
  ageSeconds: number | undefined,
  { isForEverybody, vary }: Audience,
): Record<string, string> => ({
  'cache-control': presentFreshness({ ...freshness, isPrivate: freshness.isPrivate || !isForEverybody }),
  ...(ageSeconds === undefined ? {} : { age: String(ageSeconds) }),
  vary: ['accept', 'authorization', 'x-api-key', ...vary].join(', '),
});
