import { beforeEach, describe, expect, it } from '@jest/globals';
import { booksOf, startShop } from './shop.ts';

const shop = await startShop({ config: { caching: { answers: false } } });
const query = '{ books { id price } }';
const prices = async (headers: Record<string, string> = {}) => {
  const answer = await shop.ask(query, { headers });
  expect(answer.errors).toBeUndefined();
  return booksOf(answer).map(({ price }) => price);
};
const lastRepresentations = () => shop.asked('pricing').at(-1)?.body.variables?.representations;

/** Asks until no more entities are asked for. */
async function warm(text = query, headers: Record<string, string> = {}): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if ((await shop.askedDuring('pricing', () => shop.ask(text, { headers }))) === 0) return;
  }
  throw new Error('Entities are never taken from the cache.');
}

beforeEach(() => shop.restock());

describe('entities', () => {
  it('are asked for once while they last, and only those that are missing', async () => {
    await warm();
    expect(await shop.askedDuring('pricing', () => prices())).toBe(0);
    shop.stock.titles.set('b4', 'Book 4').set('b5', 'Book 5');
    shop.stock.prices.set('b4', 40).set('b5', 50);
    expect(await prices()).toEqual([10, 20, 30, 40, 50]);
    expect(lastRepresentations()).toEqual([
      { __typename: 'Book', id: 'b4' },
      { __typename: 'Book', id: 'b5' },
    ]);
    expect(await shop.askedDuring('pricing', () => prices())).toBe(0);
  });

  it('are asked for again, alone, when word of their change has gone round', async () => {
    await warm();
    shop.stock.prices.set('b2', 21).set('b3', 31);
    await shop.tellOfChange('Book', 'b2');
    expect(await prices()).toEqual([10, 21, 30]);
    expect(lastRepresentations()).toEqual([{ __typename: 'Book', id: 'b2' }]);
    await shop.tellOfChange('Book', null);
    expect(await prices()).toEqual([10, 21, 31]);
  });

  it('are not kept when they changed while they were read', async () => {
    await warm();
    await shop.tellOfChange('Book', 'b1');
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked = shop.asked('pricing').length;
    shop.stock.holdPrices = promise;
    const reading = prices();
    while (shop.asked('pricing').length === asked) await new Promise((tick) => setTimeout(tick, 5));
    await shop.tellOfChange('Book', 'b1');
    resolve();
    expect((await reading)[0]).toBe(10);
    shop.stock.prices.set('b1', 11);
    expect((await prices())[0]).toBe(11);
  });

  it('with an error, or absent, are not kept', async () => {
    shop.stock.titles.set('b6', 'Book 6').set('b7', 'Book 7');
    shop.stock.prices.set('b6', 60);
    shop.stock.broken = 'b6';
    const lost = await shop.ask(query);
    expect(lost.errors?.map(({ path }) => path)).toEqual([['books', 3, 'price']]);
    expect(lost.data?.books).toContainEqual({ id: 'b1', price: 10 });
    shop.stock.broken = null;
    shop.stock.prices.set('b7', 70);
    expect(await prices()).toEqual([10, 20, 30, 60, 70]);
  });

  it('lose only what is missing while their subgraph is away', async () => {
    await warm();
    const { pricing } = shop.subgraphs;
    if (!pricing) throw new Error('No pricing.');
    shop.stock.titles.set('b8', 'Book 8');
    pricing.mode = 'break';
    const answer = await shop.ask(query);
    pricing.mode = 'answer';
    expect(booksOf(answer)).toContainEqual({ id: 'b3', price: 30 });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['books', 3, 'price'], 'UPSTREAM_UNAVAILABLE'],
    ]);
  });

  it('end with their time when no word of a change came', async () => {
    shop.stock.maxAge = 1;
    await shop.tellOfChange('Book', null);
    await warm();
    shop.stock.prices.set('b1', 12);
    expect((await prices())[0]).toBe(10);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await prices())[0]).toBe(12);
  });
});

describe("a viewer's own entities", () => {
  const own = '{ books { id discount } }';
  const discounts = async (headers: Record<string, string>) =>
    booksOf(await shop.ask(own, { headers }))[0]?.discount;

  it.each([
    ['one order', 10, 20],
    ['the other', 40, 30],
  ])('never reach another viewer, nor nobody: %s', async (_name, first, second) => {
    const [one, other] = [await shop.signedIn(first), await shop.signedIn(second)];
    await warm(own, one);
    expect(await discounts(one)).toBe(first + 1);
    expect(await discounts(other)).toBe(second + 1);
    await warm(own, other);
    expect(await discounts({})).toBeNull();
    expect(await discounts(other)).toBe(second + 1);
    expect(await discounts(one)).toBe(first + 1);
    expect(await shop.askedDuring('pricing', () => shop.ask(own, { headers: one }))).toBe(0);
  });

  it('are asked for anew with other roles, scopes or in another session', async () => {
    await warm(own, await shop.signedIn(50));
    for (const claims of [{ scope: '' }, { roles: [] }, { sid: 'se_other' }]) {
      const headers = await shop.signedIn(50, claims);
      expect(await shop.askedDuring('pricing', () => discounts(headers))).toBe(1);
    }
  });
});
