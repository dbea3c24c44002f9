import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import { registry } from '@studymate/runtime';
import { startFaultProxy, testDatabase } from '@studymate/testkit';
import { isDatabaseAway } from './outage.ts';
import { connectQuiz } from './quiz.ts';

const { url } = await testDatabase('quiz');
const proxy = await startFaultProxy(Number(new URL(url).port));
const proxied = new URL(url);
proxied.port = `${proxy.port}`;
const database = connectQuiz(proxied.toString());
afterAll(async () => {
  await database.$disconnect();
  proxy.stop();
});

it('gives up what waits for a server that has gone silent, and goes on when it is back', async () => {
  await database.$queryRaw`select 1`;
  proxy.swallow();
  const startedAt = performance.now();
  const failures = await Promise.all([
    database.$queryRaw`select 1`.then(
      () => null,
      (error: unknown) => error,
    ),
    database
      .$transaction((inner) => inner.quiz.count())
      .then(
        () => null,
        (error: unknown) => error,
      ),
  ]);
  // 3 s are promised; without the watch it would be for ever.
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  expect(failures.map(isDatabaseAway)).toEqual([true, true]);
  proxy.pass();
  expect(await database.$queryRaw`select 1 as one`).toEqual([{ one: 1 }]);
}, 30_000);

it('lets a living server take its time', async () => {
  await database.$queryRaw`select pg_sleep(4)::text`;
  await database.$transaction(
    async (inner) => {
      await inner.quiz.count();
      await delay(2_500);
      await inner.quiz.count();
    },
    { timeout: 20_000 },
  );
}, 30_000);

it('counts how often a server went silent', async () => {
  const name = new URL(url).pathname.slice(1);
  proxy.swallow();
  await expect(database.$queryRaw`select 1`).rejects.toThrow();
  proxy.pass();
  expect(await registry.metrics()).toMatch(
    new RegExp(`database_pool_silences_total\\{database="${name}"\\} [1-9]`),
  );
}, 30_000);
