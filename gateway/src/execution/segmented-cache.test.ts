import { describe, expect, it } from '@jest/globals';
import { createBoundedCache } from './bounded-cache.ts';
import { createSegmentedCache } from './segmented-cache.ts';

const keysOf = (cache: { entries(): [string, number][] }) => cache.entries().map(([key]) => key);

describe('a bounded cache', () => {
  it('keeps what was used last, by number', () => {
    const cache = createBoundedCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect(keysOf(cache)).toEqual(['c', 'a']);
  });

  it('keeps what was used last, by weight, and nothing that is too heavy by itself', () => {
    const cache = createBoundedCache<number>(100, { weigh: (_key, value) => value, most: 10 });
    cache.set('a', 6);
    cache.set('b', 4);
    expect(keysOf(cache)).toEqual(['b', 'a']);
    cache.set('b', 5);
    expect(keysOf(cache)).toEqual(['b']);
    cache.set('c', 5);
    expect(keysOf(cache)).toEqual(['c', 'b']);
    cache.set('d', 11);
    expect(keysOf(cache)).toEqual([]);
  });
});

describe('a segmented cache', () => {
  const flood = (cache: { admit(key: string, value: number): void }, count: number) => {
    for (let index = 0; index < count; index++) cache.admit(`flood ${index}`, index);
  };

  it('keeps through a flood what was asked for again, and a twentieth of the flood', () => {
    const cache = createSegmentedCache<number>({ entries: 100, characters: 100_000 });
    cache.admit('once', 1);
    cache.admit('again', 2);
    expect(cache.get('again')).toBe(2);
    cache.keep('registered', 3);
    flood(cache, 10_000);
    expect(cache.get('again')).toBe(2);
    expect(cache.get('registered')).toBe(3);
    expect(cache.get('once')).toBeUndefined();
    expect(cache.entries()).toHaveLength(2 + 5);
  });

  it('holds no more than its limits, though everything is asked for again', () => {
    const cache = createSegmentedCache<number>({ entries: 100, characters: 500 });
    for (let index = 0; index < 1_000; index++) {
      cache.admit(`0123456789 ${index}`, index);
      cache.get(`0123456789 ${index}`);
    }
    expect(keysOf(cache).join('').length).toBeLessThanOrEqual(500);
    expect(cache.entries().length).toBeGreaterThan(20);
  });
});
