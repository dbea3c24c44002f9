import { request } from 'node:http';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { testRedisUrl } from '@studymate/testkit';
import { Queue, Worker } from 'bullmq';
import { type Board, startBoard } from './board.ts';
import { connectQueueRedis, queuePrefix } from './connection.ts';

process.env.QUEUE_PREFIX = `board-test-${newRowId()}`;
const redisUrl = testRedisUrl();
const redis = connectQueueRedis(redisUrl, 'worker');
const queue = new Queue('quiz.events', { connection: redis, prefix: queuePrefix() });
const boards: Board[] = [];

afterAll(async () => {
  await Promise.all(boards.map((board) => board.stop()));
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

const replayed: string[] = [];
async function open({ mayReplay = false } = {}): Promise<Board> {
  const onReplay = (name: string, id: string) => replayed.push(`${name} ${id}`);
  const board = await startBoard({ redisUrl, port: 0, mayReplay, onReplay });
  boards.push(board);
  return board;
}

/** Takes the invitation and answers how a browser asks from then on. */
async function enter({ invitation }: Board) {
  const { origin } = new URL(invitation);
  const welcome = await fetch(invitation, { redirect: 'manual' });
  const cookie = welcome.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (path: string, method = 'GET', from = origin) =>
    fetch(`${origin}${path}`, { method, headers: { cookie, ...(method === 'GET' ? {} : { origin: from }) } });
}

async function failForGood(): Promise<string> {
  const job = await queue.add('attemptGraded', { id: 'one' }, { attempts: 1 });
  const worker = new Worker(queue.name, () => Promise.reject(new Error('out of order')), {
    connection: redis,
    prefix: queuePrefix(),
  });
  await new Promise<void>((resolve) => {
    worker.on('failed', (failed) => failed?.id === job.id && resolve());
  });
  await worker.close();
  return job.id ?? '';
}

/** What the board answers somebody who calls its address by another name. */
const askByName = (origin: string, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(origin, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .once('error', reject)
      .end();
  });

describe('the board', () => {
  it('shows its queues to the first who brings the invitation, and to nobody else', async () => {
    const board = await open();
    const { origin } = new URL(board.invitation);
    expect((await fetch(`${origin}/api/queues`)).status).toBe(401);
    expect((await fetch(`${origin}/?key=guess`)).status).toBe(401);
    const ask = await enter(board);
    expect(await (await ask('/')).text()).toContain('StudyMate queues');
    const { queues } = (await (await ask('/api/queues')).json()) as { queues: { name: string }[] };
    expect(queues.map(({ name }) => name)).toContain('quiz.events');
    expect((await fetch(board.invitation)).status).toBe(401);
    expect((await fetch(`${origin}/static/favicon-32x32.png`)).status).toBe(401);
  });

  it('is not there under another name', async () => {
    const board = await open();
    const { origin, port } = new URL(board.invitation);
    expect(await askByName(origin, `attacker.example:${port}`)).toBe(421);
  });

  it('changes nothing unless it was started for that', async () => {
    const id = await failForGood();
    const ask = await enter(await open());
    for (const path of [`quiz.events/${id}/retry`, 'quiz.events/retry/failed', 'quiz.events/pause'])
      expect((await ask(`/api/queues/${path}`, 'PUT')).status).toBe(403);
    expect(await queue.getJobState(id)).toBe('failed');
    expect(await queue.isPaused()).toBe(false);
  });

  it('replays dead letters, and does nothing else, when it was started for that', async () => {
    const [one, other] = [await failForGood(), await failForGood()];
    const ask = await enter(await open({ mayReplay: true }));
    expect((await ask(`/api/queues/quiz.events/${one}/retry`, 'PUT', 'http://127.0.0.1:1')).status).toBe(403);
    expect((await ask(`/api/queues/quiz.events/${one}/retry`, 'PUT')).status).toBe(200);
    expect([await queue.getJobState(one), await queue.getJobState(other)]).toEqual(['waiting', 'failed']);
    expect((await queue.getJob(one))?.attemptsMade).toBe(0);
    await ask('/api/queues/quiz.events/retry/failed', 'PUT');
    expect(await queue.getJobState(other)).toBe('waiting');
    expect(replayed).toEqual(expect.arrayContaining([`quiz.events ${one}`, `quiz.events ${other}`]));
    for (const deed of ['pause', 'empty', 'obliterate', `${one}/clean`])
      expect((await ask(`/api/queues/quiz.events/${deed}`, 'PUT')).status).toBe(403);
    expect(await queue.getWaitingCount()).toBeGreaterThanOrEqual(2);
  });
});
