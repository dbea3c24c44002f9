import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { queuePrefix } from '@studymate/jobs';
import { someViewer, testRedisUrl, wipeRedis } from '@studymate/testkit';
import { pick, save, start } from './attempts.ts';
import { createWorld, makePublishedQuiz } from './world.ts';

const allowedLatenessMs = 1_000;
const patienceMs = 8_000;

process.env.QUEUE_PREFIX = `deadline-test-${newId('Quiz')}`;
const world = await createWorld();

let worker: ChildProcess | undefined;

/** A worker process of its own, resolved once it says that it works. */
async function startWorkerProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/worker-main.ts', import.meta.url))], {
    env: { ...process.env, QUIZ_DATABASE_URL: world.url, REDIS_URL: testRedisUrl(), LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code}.`)));
    child.stdout?.on('data', (line: Buffer) => line.includes('working') && resolve());
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

afterAll(async () => {
  if (worker) await kill(worker);
});

it('closes attempts within a second of their time, after kill -9 and with Redis wiped', async () => {
  const before = Date.now();
  worker = await startWorkerProcess();
  // Time enough to start attempts and another worker on this machine, however busy it is.
  const timeLimitSeconds = 4 + Math.ceil((3 * (Date.now() - before)) / 1000);
  world.clock.now = new Date();
  const { quizId } = await makePublishedQuiz(world, { timeLimitSeconds, graceSeconds: 0 });
  world.clock.now = new Date();
  const attempts = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const viewer = someViewer();
      const attempt = await start(world, viewer, quizId);
      const [item] = attempt.items;
      const response = { choice: { choiceIds: [pick(item, true)] } };
      await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
      return attempt;
    }),
  );
  await kill(worker);
  await wipeRedis(queuePrefix());
  worker = await startWorkerProcess();

  const deadline = new Date(attempts[0].deadline).getTime();
  expect(Date.now()).toBeLessThan(deadline);
  const ids = attempts.map(({ id }) => id);
  const isRunning = () => world.database.attempt.count({ where: { id: { in: ids }, state: 'IN_PROGRESS' } });
  while ((await isRunning()) > 0 && Date.now() < deadline + patienceMs)
    await new Promise((resolve) => setTimeout(resolve, 100));

  const closed = await world.database.attempt.findMany({ where: { id: { in: ids } } });
  expect(closed.map(({ state, submittedBy }) => `${state} ${submittedBy}`)).toEqual(
    ids.map(() => 'GRADED TIMER'),
  );
  const lateness = closed.map(({ submittedAt }) => (submittedAt?.getTime() ?? 0) - deadline);
  console.log(`closed ${Math.min(...lateness)} to ${Math.max(...lateness)} ms after the deadline`);
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...lateness)).toBeLessThanOrEqual(allowedLatenessMs);
  expect(closed.map(({ score }) => score?.toNumber())).toEqual(ids.map(() => 1));
  expect(await world.database.attemptTransition.count({ where: { attemptId: { in: ids } } })).toBe(
    ids.length * 4,
  );
}, 120_000);
