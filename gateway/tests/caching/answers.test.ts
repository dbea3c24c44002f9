import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../world.ts';
import { booksOf, startShop } from './shop.ts';

const shop = await startShop();
const sister = await startShop({ prefix: shop.prefix });
const small = await startShop({ config: { caching: { entries: 5 } } });
const off = await startShop({ config: { caching: false } });
const query = '{ books { id title price } }';
const titles = (answer: Answer) => booksOf(answer).map(({ title }) => title);
const requests = async (work: () => Promise<unknown>) => {
  const before = shop.fetches();
  await work();
  return shop.fetches() - before;
};
beforeEach(() => shop.restock());

const keptFor = (answer: Answer) => answer.headers.get('cache-control');

describe('whole answers', () => {
  it('say how long they may be kept: the shortest time of all fetches', async () => {
    shop.stock.maxAge = 30;
    const first = await shop.ask(query);
    expect(keptFor(first)).toBe('max-age=30, public');
    expect(first.headers.get('vary')).toContain('authorization');
    const headers = await shop.signedIn(1);
    expect(keptFor(await shop.ask('{ books { id price } shelf { owner } }', { headers }))).toBe(
      'max-age=30, private',
    );
    expect(keptFor(await shop.ask('{ books { id } hour }'))).toBe('no-store');
    expect(keptFor(await shop.ask('{ __typename }'))).toBe('no-store');
    expect(keptFor(await shop.ask('mutation { rename(id: "b3", title: "Book 3") { id price } }'))).toBe(
      'no-store',
    );
  });

  it('are private to those between when not everybody may have them', async () => {
    const headers = await shop.signedIn(1);
    expect(keptFor(await shop.ask('{ staffPicks { id title } }', { headers }))).toBe('max-age=100, private');
  });

  it('are answered from the cache, with their age, by every gateway', async () => {
    await shop.warm(query);
    expect(await requests(() => shop.ask(query))).toBe(0);
    const kept = await shop.ask(query);
    expect(keptFor(kept)).toMatch(/^max-age=\d+, public$/);
    expect(kept.headers.get('age')).toMatch(/^\d+$/);
    expect(titles(kept)).toEqual(['Book 1', 'Book 2', 'Book 3']);
    expect((await sister.ask(query)).data).toEqual(kept.data);
  });

  it('are answered anew at once when word of a change has gone round', async () => {
    await shop.warm(query);
    shop.stock.titles.set('b1', 'Renamed');
    expect(titles(await shop.ask(query))[0]).toBe('Book 1');
    await shop.tellOfChange('Book', 'b1');
    expect(titles(await shop.ask(query))[0]).toBe('Renamed');
    // Nor does what comes new into a list wait.
    await shop.warm(query);
    shop.stock.titles.set('b4', 'Book 4');
    await shop.tellOfChange('Book', 'b4');
    expect(titles(await shop.ask(query))).toContain('Book 4');
  });

  it('are asked for once when many ask at the same time', async () => {
    await shop.warm(query);
    await shop.tellOfChange('Book', null);
    const { promise, resolve } = Promise.withResolvers<void>();
    shop.stock.gate = promise;
    const before = shop.asked('catalog').length;
    const asking = Array.from({ length: 20 }, () => shop.ask(query));
    while (shop.asked('catalog').length === before) await new Promise((tick) => setTimeout(tick, 5));
    await new Promise((settled) => setTimeout(settled, 1_000));
    resolve();
    const answers = await Promise.all(asking);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(shop.asked('catalog')).toHaveLength(before + 1);
  });

  it('with errors are never kept', async () => {
    await shop.tellOfChange('Book', null);
    shop.stock.broken = 'b2';
    for (let times = 0; times < 4; times++) {
      const { errors, headers } = await shop.ask(query);
      expect(errors).toHaveLength(1);
      expect(headers.get('cache-control')).toBe('no-store');
    }
    shop.stock.broken = null;
    expect((await shop.ask(query)).errors).toBeUndefined();
  });

  it('differ by variables, and are not kept for a mutation', async () => {
    const one = 'query ($id: ID!) { book(id: $id) { id title } }';
    for (let times = 0; times < 3; times++) {
      for (const id of ['b2', 'b3', 'none']) {
        const { data } = await shop.ask(one, { variables: { id } });
        expect(data).toEqual({ book: id === 'none' ? null : { id, title: `Book ${id.slice(1)}` } });
      }
    }
    await shop.warm(query);
    const { data } = await shop.ask('mutation { rename(id: "b2", title: "Second") { id title price } }');
    expect(data).toEqual({ rename: { id: 'b2', title: 'Second', price: 20 } });
    expect(
      await requests(() => shop.ask('mutation { rename(id: "b2", title: "Second") { id price } }')),
    ).toBe(2);
  });
});

describe('whole answers of a viewer', () => {
  const own = '{ shelf { owner books { id title } } }';
  const ownerOf = async (headers: Record<string, string>) => {
    const { data } = await shop.ask(own, { headers });
    return (data?.shelf as { owner: string } | null)?.owner ?? null;
  };

  it.each([
    ['one order', 1, 2],
    ['the other', 4, 3],
  ])('never reach another viewer, nor nobody: %s', async (_name, first, second) => {
    const [one, other] = [await shop.signedIn(first), await shop.signedIn(second)];
    expect(await ownerOf({})).toBeNull();
    await shop.warm(own, one);
    expect(await ownerOf(other)).toBe(`us_${second}`);
    expect(await ownerOf({})).toBeNull();
    await shop.warm(own, other);
    expect(await ownerOf(one)).toBe(`us_${first}`);
    expect(await ownerOf(other)).toBe(`us_${second}`);
    expect(await requests(() => ownerOf(one))).toBe(0);
  });

  it('are refused at once to one who may no longer have them', async () => {
    const picks = '{ staffPicks { id title } }';
    await shop.warm(picks, await shop.signedIn(5));
    // Everybody with the scope shares the answer.
    expect(await requests(async () => shop.ask(picks, { headers: await shop.signedIn(6) }))).toBe(0);
    for (const headers of [await shop.signedIn(5, { scope: '' }), {}]) {
      const refused = await shop.ask(picks, { headers });
      expect(refused.data ?? null).toBeNull();
      expect(refused.errors?.[0]?.extensions.code).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
      expect(keptFor(refused)).toBe('no-store');
    }
  });
});

describe('the cache', () => {
  it('holds a number of entries, those that end soonest giving way', async () => {
    const one = 'query ($id: ID!) { book(id: $id) { id } }';
    await small.warm(query);
    for (let number = 0; number < 40; number++) await small.ask(one, { variables: { id: `none-${number}` } });
    const entries = async () => (await small.redis.keys(`{${small.prefix}:cache}:kept:*`)).length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await entries()).toBeGreaterThan(0);
    expect(await entries()).toBeLessThanOrEqual(5);
    for (const key of await small.redis.keys(`{${small.prefix}:cache}:*`))
      expect(await small.redis.pttl(key)).toBeGreaterThan(0);
  });

  it('counts what it was asked for', async () => {
    await shop.warm(query);
    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    for (const kind of ['answer', 'entity'])
      expect(metrics).toMatch(
        new RegExp(`gateway_cache_lookups_total\\{kind="${kind}",outcome="miss"\\} [1-9]`),
      );
    expect(metrics).toMatch(/gateway_cache_lookups_total\{kind="answer",outcome="hit"\} [1-9]/);
  });

  it('is off unless it is asked for', async () => {
    for (let times = 0; times < 3; times++)
      expect((await off.ask(query)).headers.get('cache-control')).toBe('no-store');
    expect(await off.redis.keys(`{${off.prefix}:cache}:*`)).toEqual([]);
  });
});
