import { createHash } from 'node:crypto';

/** A number in [0, 1) that depends on nothing but the words given: the same choice on every machine. */
export function chance(...seeds: readonly (string | number)[]): number {
  return createHash('sha256').update(seeds.join('\u0000')).digest().readUInt32BE(0) / 2 ** 32;
}

/** The items in an order that only depends on the seed. */
export function shuffled<T>(items: readonly T[], seed: string): T[] {
  return items
    .map((item, place) => ({ item, rank: chance(seed, place) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
