import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { connectQuiz, type QuizDatabase } from '@studymate/database/quiz';
import { connectQueueRedis } from '@studymate/jobs';
import { changeKey, createLogger, tagsOfChange } from '@studymate/runtime';
import { testDatabase, testRedisUrl } from '@studymate/testkit';
import { contextFactory, type SubgraphContext } from './context.ts';
import { startOutboxRelay } from './relay.ts';

interface Context extends SubgraphContext<Context> {
  readonly database: QuizDatabase;
}

/** A way to Redis that is not there yet, and its port. */
const link = createServer((near) => {
  const { hostname, port } = new URL(testRedisUrl());
  const far = connect(Number(port), hostname);
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
});
const listen = (port: number) =>
  new Promise<number>((resolve) => {
    link.listen(port, '127.0.0.1', () => resolve((link.address() as AddressInfo).port));
  });
const latePort = await listen(0);
await new Promise((resolve) => link.close(resolve));

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);
const redis = connectQueueRedis(testRedisUrl(), 'worker');
const createContext = contextFactory<QuizDatabase, object, Context>((inner, base) => ({
  ...base,
  database: inner,
}));
const relayTo = (redisUrl: string) =>
  startOutboxRelay({ domain: 'quiz', database, redisUrl, logger: createLogger('test') });
const relay = relayTo(testRedisUrl());
const lateRelay = relayTo(`redis://127.0.0.1:${latePort}`);
const contextOf = ({ wake }: typeof relay) =>
  createContext({ database, resources: {}, viewer: null, afterCommit: wake });

afterAll(async () => {
  await Promise.all([relay.stop(), lateRelay.stop()]);
  redis.disconnect();
  await database.$disconnect();
});

const versionOf = (typename: string, id: string) =>
  redis.mget(tagsOfChange(typename, id).map((tag) => changeKey(tag)));

describe('word of a changed entity', () => {
  it('is where caches look when the transaction has resolved, and is new each time', async () => {
    const id = randomUUID();
    const change = () => contextOf(relay).transaction((inner) => inner.changes.entity('Thing', id));
    await change();
    const first = await versionOf('Thing', id);
    expect(first).toEqual([expect.any(String), expect.any(String)]);
    await change();
    expect(await versionOf('Thing', id)).not.toEqual(first);
    await contextOf(relay).changes.entity('Other', id);
    expect(await versionOf('Other', id)).toEqual([expect.any(String), expect.any(String)]);
  });

  it('is never of what was rolled back', async () => {
    const id = randomUUID();
    const failed = contextOf(relay).transaction(async (inner) => {
      await inner.changes.entity('Undone', id);
      throw new Error('not after all');
    });
    await expect(failed).rejects.toThrow('not after all');
    expect(await versionOf('Undone', id)).toEqual([null, null]);
  });

  it('holds nobody up while Redis is away, and is told when it is back', async () => {
    const id = randomUUID();
    await contextOf(lateRelay).transaction((inner) => inner.changes.entity('Late', id));
    expect(await versionOf('Late', id)).toEqual([null, null]);

    await listen(latePort);
    while ((await versionOf('Late', id)).includes(null)) await new Promise((tick) => setTimeout(tick, 50));
    link.close();
  });
});
