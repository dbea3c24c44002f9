import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { findFreePort, startRedis } from '@studymate/embedded';
import { changeKey } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { type Cache, createCache, everybody, type Kept } from './cache.ts';

const run = resolve(import.meta.dirname, '../../../run');
const directory = mkdtempSync(join(run, 'test', `${process.pid}-cache-`));
const server = await startRedis({
  directory,
  port: await findFreePort(),
  cache: join(run, 'toolchain/redis'),
  ephemeral: true,
});
const redis = new Redis(server.url);
const caches: Cache[] = [];
afterAll(async () => {
  for (const cache of caches) cache.stop();
  redis.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A cache as each process has one; patient with a busy machine, unless told otherwise. */
async function aProcess(timeoutMs = 5_000): Promise<Cache> {
  const cache = createCache({ domain: 'study', redisUrl: server.url, timeoutMs });
  caches.push(cache);
  await cacheAnswers(cache);
  return cache;
}

const stats = (viewerId: string, change: Partial<Kept<number>> = {}): Kept<number> => ({
  name: 'stats',
  viewerId,
  of: ['WEEK'],
  tags: [['StudyStats', viewerId]],
  seconds: 60,
  parse: Number,
  ...change,
});

/** Resolves once something is found again after it was kept, so once Redis answers. */
async function cacheAnswers(cache: Cache): Promise<void> {
  for (const viewerId = randomUUID(); ; await delay(20)) {
    let isLoaded = false;
    await cache.read(stats(viewerId), async () => {
      isLoaded = true;
    });
    if (!isLoaded) return;
  }
}

/** A loader that counts how often it is asked. */
function counted(answer: () => Promise<unknown> = async () => 1) {
  const source = {
    loads: 0,
    load: () => {
      source.loads += 1;
      return answer();
    },
  };
  return source;
}

const tellChange = (viewerId: string) =>
  redis.set(changeKey(`StudyStats:${viewerId}`), randomUUID(), 'EX', 60);

describe('what is kept', () => {
  it('is loaded once, for as long as it may be kept', async () => {
    const [cache, viewerId, source] = [await aProcess(), randomUUID(), counted()];
    for (let turn = 0; turn < 5; turn += 1) expect(await cache.read(stats(viewerId), source.load)).toBe(1);
    expect(source.loads).toBe(1);
    const [key = ''] = await redis.keys(`*study:stats:${viewerId}:*`);
    const endsInMs = await redis.pttl(key);
    expect(endsInMs).toBeLessThanOrEqual(60_000);
    expect(endsInMs).toBeGreaterThan(30_000);
    await redis.pexpire(key, 1);
    await delay(50);
    await cache.read(stats(viewerId), source.load);
    expect(source.loads).toBe(2);
  });

  it('is found by its viewer alone, and only for the same question', async () => {
    const [cache, viewerId] = [await aProcess(), randomUUID()];
    await cache.read(stats(viewerId), async () => 1);
    expect(await cache.read(stats(randomUUID()), async () => 2)).toBe(2);
    expect(await cache.read(stats(everybody, { tags: [['StudyStats', viewerId]] }), async () => 3)).toBe(3);
    expect(await cache.read(stats(viewerId, { of: ['MONTH'] }), async () => 4)).toBe(4);
    expect(await cache.read(stats(viewerId), async () => 5)).toBe(1);
  });

  it('is what the loader said, by way of JSON, for whoever loaded it too', async () => {
    const [cache, viewerId, at] = [await aProcess(), randomUUID(), new Date('2026-03-02T03:00:00Z')];
    const kept = { ...stats(viewerId), parse: (value: unknown) => new Date(String(value)) };
    for (let turn = 0; turn < 2; turn += 1) expect(await cache.read(kept, async () => at)).toEqual(at);
    expect(
      await cache.read({ ...stats(randomUUID()), parse: (value) => value }, async () => undefined),
    ).toBeNull();
  });

  it('ends with a change of one of its tags', async () => {
    const [cache, viewerId] = [await aProcess(), randomUUID()];
    await cache.read(stats(viewerId), async () => 1);
    await tellChange(viewerId);
    expect(await cache.read(stats(viewerId), async () => 2)).toBe(2);
    expect(await cache.read(stats(viewerId), async () => 3)).toBe(2);
  });

  it('ends when nobody remembers its tags any more', async () => {
    const [cache, viewerId] = [await aProcess(), randomUUID()];
    await cache.read(stats(viewerId), async () => 1);
    await redis.del(changeKey(`StudyStats:${viewerId}`));
    expect(await cache.read(stats(viewerId), async () => 2)).toBe(2);
  });

  it('is never what was loaded before a change and kept after it', async () => {
    const [cache, viewerId] = [await aProcess(), randomUUID()];
    const loading = cache.read(stats(viewerId), async () => {
      await tellChange(viewerId);
      return 1;
    });
    expect(await loading).toBe(1);
    expect(await cache.read(stats(viewerId), async () => 2)).toBe(2);
  });

  it('is not joined by whoever has seen a change since its loading began', async () => {
    const [cache, viewerId] = [await aProcess(), randomUUID()];
    const begun = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const before = cache.read(stats(viewerId), async () => {
      begun.resolve();
      await free.promise;
      return 1;
    });
    await begun.promise;
    await tellChange(viewerId);
    expect(await cache.read(stats(viewerId), async () => 2)).toBe(2);
    free.resolve();
    expect(await before).toBe(1);
    expect(await cache.read(stats(viewerId), async () => 3)).toBe(2);
  });

  it('is kept for nobody when it must not be, and is not shared either', async () => {
    const [cache, viewerId, source] = [await aProcess(), randomUUID(), counted()];
    const kept = stats(viewerId, { mayKeep: () => false });
    await Promise.all([cache.read(kept, source.load), cache.read(kept, source.load)]);
    await cache.read(kept, source.load);
    expect(source.loads).toBe(3);
  });

  it('goes with whom it was kept for', async () => {
    const [cache, gone, staying] = [await aProcess(), randomUUID(), randomUUID()];
    for (const viewerId of [gone, staying]) await cache.read(stats(viewerId), async () => 1);
    await cache.forgetViewer(gone);
    expect(await redis.keys(`*study:*${gone}*`)).toEqual([]);
    expect(await redis.zrange('{studymate:cache}:study:ends', '0', '-1')).not.toContainEqual(
      expect.stringContaining(gone),
    );
    expect(await cache.read(stats(staying), async () => 2)).toBe(1);
  });
});

describe('a stampede', () => {
  it('loads once, within a process and between two', async () => {
    const [one, other, viewerId] = [await aProcess(), await aProcess(), randomUUID()];
    const source = counted(() => delay(300).then(() => 1));
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 ? one : other).read(stats(viewerId), source.load)),
    );
    expect(new Set(answers)).toEqual(new Set([1]));
    expect(source.loads).toBe(1);
  });

  it('does not wait for ever for a process that has died over it', async () => {
    const [dead, alive, viewerId] = [await aProcess(), await aProcess(), randomUUID()];
    const begun = Promise.withResolvers<void>();
    const never = Promise.withResolvers<number>();
    const hanging = dead.read(stats(viewerId), () => {
      begun.resolve();
      return never.promise;
    });
    await begun.promise;
    expect(await alive.read(stats(viewerId), async () => 2)).toBe(2);
    never.resolve(1);
    await hanging;
  });

  it('shares a failure, and keeps none', async () => {
    const [cache, viewerId] = [await aProcess(), randomUUID()];
    const failing = counted(() => Promise.reject(new Error('no database')));
    const answers = await Promise.allSettled([1, 2].map(() => cache.read(stats(viewerId), failing.load)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(failing.loads).toBe(1);
    expect(await cache.read(stats(viewerId), async () => 2)).toBe(2);
  });
});

describe('a Redis that does not answer', () => {
  it('costs a moment and no answer, and is used again when it is back', async () => {
    const [cache, viewerId, source] = [await aProcess(100), randomUUID(), counted()];
    await cache.read(stats(viewerId), async () => 0);
    process.kill(server.pid, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      for (let turn = 0; turn < 20; turn += 1) expect(await cache.read(stats(viewerId), source.load)).toBe(1);
      // Twenty times 100 ms without the rest after a failure; the margin is for a busy machine.
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      expect(source.loads).toBe(20);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await cacheAnswers(cache);
  });

  it('is no reason to fail when it was never there', async () => {
    const cache = createCache({ domain: 'study', redisUrl: `redis://127.0.0.1:${await findFreePort()}` });
    caches.push(cache);
    const answers = await Promise.all(
      [1, 2, 3].map((value) => cache.read(stats(randomUUID()), async () => value)),
    );
    expect(answers).toEqual([1, 2, 3]);
    await expect(cache.forgetViewer('usr_1')).rejects.toThrow();
  });
});
