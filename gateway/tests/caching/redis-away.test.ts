import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { booksOf, startShop } from './shop.ts';

/** The way to Redis, which can be blocked: `held`, nothing comes through until it is open again; `cut`, nobody is there. */
async function startLink() {
  const { hostname, port } = new URL(redisUrlOf());
  const sockets = new Set<Socket>();
  let mode: 'open' | 'held' | 'cut' = 'open';
  const server = createServer((near) => {
    if (mode === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('No port.');
  const set = (next: typeof mode) => {
    mode = next;
    for (const socket of sockets) {
      if (next === 'cut') socket.destroy();
      else if (next === 'held') socket.pause();
      else socket.resume();
    }
  };
  afterAll(() => {
    set('cut');
    server.close();
  });
  return { url: `redis://127.0.0.1:${address.port}`, set };
}

const link = await startLink();
const shop = await startShop({ redisUrl: link.url });
const without = await startShop({ redisUrl: 'redis://127.0.0.1:21197' });
const query = '{ books { id title price } }';
const own = '{ shelf { owner } }';

beforeEach(async () => {
  link.set('open');
  await shop.tellOfChange('Book', null);
  await shop.warm(query);
});

describe('while Redis is away', () => {
  it('from the start, every answer is right and nothing is kept', async () => {
    for (let price = 0; price < 4; price++) {
      without.stock.prices.set('b1', price);
      const answer = await without.ask(query);
      expect(answer.errors).toBeUndefined();
      expect(booksOf(answer)[0]).toEqual({ id: 'b1', title: 'Book 1', price });
      expect(answer.headers.has('age')).toBe(false);
    }
  });

  it.each(['cut', 'held'] as const)('under traffic (%s), every answer is right', async (mode) => {
    const viewers = await Promise.all([1, 2, 3].map((number) => shop.signedIn(number)));
    for (const headers of viewers) await shop.warm(own, headers);
    let isOver = false;
    let answered = 0;
    const wrong: unknown[] = [];
    const traffic = viewers.map(async (headers, index) => {
      while (!isOver) {
        const [{ data, errors, status }, books] = await Promise.all([
          shop.ask(own, { headers }),
          shop.ask(query, { headers }),
        ]);
        const isRight =
          status === 200 && !errors && JSON.stringify(data) === `{"shelf":{"owner":"us_${index + 1}"}}`;
        if (!isRight || books.errors || booksOf(books).length !== 3) wrong.push(data, errors, books);
        answered += 1;
      }
    });
    const progress = async (count: number) => {
      const goal = answered + count;
      while (answered < goal && wrong.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await progress(30);
    const asked = shop.fetches();
    link.set(mode);
    await progress(60);
    // They came from the subgraphs instead.
    expect(shop.fetches() - asked).toBeGreaterThan(50);
    link.set('open');
    await progress(30);
    isOver = true;
    await Promise.all(traffic);
    expect(wrong).toEqual([]);
    // And afterwards the cache is used again.
    await shop.warm(query);
  });
});
