import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { newId, newRowId } from '@studymate/contracts';
import { connectNotification } from '@studymate/database/notification';
import { startMailSink } from '@studymate/embedded';
import { createPublisher } from '@studymate/jobs';
import { testDatabase, testRedisUrl } from '@studymate/testkit';
import { gradedAttempt } from './world.ts';

const directory = mkdtempSync(join(tmpdir(), 'killed-worker-'));
const postgres = await testDatabase('notification');
const database = connectNotification(postgres.url);
const sink = await startMailSink({ directory, smtpPort: 0, pagePort: 0 });
process.env.QUEUE_PREFIX = `killed-worker-${newRowId()}`;
const quiz = createPublisher('quiz', testRedisUrl());

const program = resolve(import.meta.dirname, '../src/worker-main.ts');
const start = (): ChildProcess =>
  spawn(process.execPath, [program], {
    stdio: 'ignore',
    env: {
      ...process.env,
      NOTIFICATION_DATABASE_URL: postgres.url,
      REDIS_URL: testRedisUrl(),
      SMTP_URL: sink.smtpUrl,
      NOTIFICATION_LEASE_MS: '3000',
      NODE_OPTIONS: '',
    },
  });
let worker = start();

const kill = async (): Promise<void> => {
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
};

afterAll(async () => {
  await kill();
  await quiz.stop();
  await sink.stop();
  await database.$disconnect();
  rmSync(directory, { recursive: true });
});

const sleep = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds()) && Date.now() < deadline) await sleep(100);
}

/** A learner who has just been graded. */
async function someGradedLearner() {
  const userId = newId('User');
  const nextReportAt = new Date('2100-01-01');
  const profile = { email: `${userId}@example.com`, displayName: 'Ada', locale: 'en', timeZone: 'UTC' };
  await database.recipient.create({ data: { userId, ...profile, nextReportAt } });
  const payload = gradedAttempt(userId);
  return {
    id: newRowId(),
    kind: 'EVENT' as const,
    name: 'quiz.attempt.graded',
    payload,
    availableAt: new Date(),
  };
}

it('notifies once of each graded attempt although the worker is killed again and again', async () => {
  const kills = 3;
  const attempts = 30;
  const notified = () => database.notification.count();
  for (let round = 0; round < kills; round += 1) {
    await quiz.publish(await Promise.all(Array.from({ length: attempts / kills }, someGradedLearner)));
    await until(async () => (await notified()) > (round * attempts) / kills + 2);
    await sleep(20 * round);
    await kill();
    worker = start();
  }
  const sent = { channel: 'EMAIL', state: 'SENT' } as const;
  await until(async () => (await database.delivery.count({ where: sent })) === attempts);

  const notifications = await database.notification.findMany({ include: { deliveries: true } });
  expect(new Set(notifications.map(({ userId }) => userId)).size).toBe(attempts);
  expect(notifications).toHaveLength(attempts);
  expect(notifications.every(({ deliveries }) => deliveries.length === 2)).toBe(true);

  const answer = await fetch(`${sink.pageUrl}/api/mails?limit=1000`);
  const mails = (await answer.json()) as { messageId: string }[];
  const planned = await database.delivery.findMany({ where: sent });
  const received = new Set(mails.map(({ messageId }) => messageId));
  expect(received).toEqual(new Set(planned.map(({ providerMessageId }) => providerMessageId)));
}, 120_000);
