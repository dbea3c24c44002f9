import { describe, expect, it } from '@jest/globals';
import { startShop } from './shop.ts';

const shop = await startShop({ config: { caching: false, traffic: { deduplicate: true } } });

/** Holds every root field back until it is opened. */
function holdBack(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  shop.stock.gate = promise;
  return resolve;
}

async function received(count: number): Promise<void> {
  while (shop.asked('catalog').length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('equal reads that are under way together', () => {
  it('reach the subgraph once, and each gets an answer of its own', async () => {
    const headers = await shop.signedIn(1);
    const before = shop.asked('catalog').length;
    const open = holdBack();
    const asking = Array.from({ length: 12 }, (_, index) =>
      shop.ask(index % 2 ? '{ shelf { owner books { id } } }' : '{ shelf { owner books { id price } } }', {
        headers,
      }),
    );
    await received(before + 1);
    await settle();
    open();
    const answers = await Promise.all(asking);
    expect(shop.asked('catalog').length).toBeLessThanOrEqual(before + 2);
    answers.forEach(({ data, errors }, index) => {
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        shelf: { owner: 'us_1', books: [index % 2 ? { id: 'b1' } : { id: 'b1', price: 10 }] },
      });
    });
    // One after the other they are asked again.
    const again = await shop.askedDuring('catalog', async () => {
      await shop.ask('{ shelf { owner } }', { headers });
      await shop.ask('{ shelf { owner } }', { headers });
    });
    expect(again).toBe(2);
  });

  it.each([
    ['one viewer then another', [1, 2]],
    ['the other order', [2, 1]],
    ['somebody then nobody', [3, null]],
    ['nobody then somebody', [null, 3]],
  ])('never share across viewers: %s', async (_name, viewers) => {
    const open = holdBack();
    const before = shop.asked('catalog').length;
    const asking = [];
    for (const viewer of viewers) {
      const headers = viewer === null ? {} : await shop.signedIn(viewer);
      asking.push(shop.ask('{ books { id } shelf { owner } }', { headers }));
      await received(before + asking.length);
    }
    open();
    const answers = await Promise.all(asking);
    expect(answers.map(({ data }) => data?.shelf)).toEqual(
      viewers.map((viewer) => (viewer === null ? null : { owner: `us_${viewer}` })),
    );
  });

  it('go on for the others when one who asked goes away', async () => {
    const headers = { ...(await shop.signedIn(4)), 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ shelf { owner } }' });
    const before = shop.asked('catalog').length;
    const open = holdBack();
    const leaver = new AbortController();
    const left = fetch(`${shop.url}/graphql`, { method: 'POST', headers, body, signal: leaver.signal });
    await received(before + 1);
    const staying = shop.ask('{ shelf { owner } }', { headers });
    await settle();
    leaver.abort();
    await expect(left).rejects.toThrow();
    open();
    expect((await staying).data).toEqual({ shelf: { owner: 'us_4' } });
    expect(shop.asked('catalog')).toHaveLength(before + 1);
  });

  it('are never mutations, and never older than a mutation that has ended', async () => {
    const rename = (title: string) => `mutation { rename(id: "b1", title: "${title}") { id } }`;
    const mutations = await shop.askedDuring('catalog', () =>
      Promise.all([shop.ask(rename('Same')), shop.ask(rename('Same'))]),
    );
    expect(mutations).toBe(2);

    const open = holdBack();
    const before = shop.asked('catalog').length;
    const early = shop.ask('{ books { id title } }');
    await received(before + 1);
    await shop.ask(rename('New'));
    const late = shop.ask('{ books { id title } }');
    await received(before + 3);
    open();
    expect((await late).data?.books).toContainEqual({ id: 'b1', title: 'New' });
    expect((await early).errors).toBeUndefined();
  });
});
