import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, newRowId } from '@studymate/contracts';
import { createLogger } from '@studymate/runtime';
import { testRedisUrl } from '@studymate/testkit';
import { Queue } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';
import { type ConsumerOptions, startConsumer } from './consumer.ts';
import { addressDeliveries } from './delivery.ts';
import { inspectQueues } from './inspection.ts';
import { acknowledgementList, eventQueue, jobQueue } from './names.ts';

process.env.QUEUE_PREFIX = `consumer-test-${newRowId()}`;
const redisUrl = testRedisUrl();
const redis = connectQueueRedis(redisUrl, 'worker');
const queues = new Map<string, Queue>();
const queueNamed = (name: string) => {
  const queue = queues.get(name) ?? new Queue(name, { connection: redis, prefix: queuePrefix() });
  queues.set(name, queue);
  return queue;
};

let stops: (() => Promise<void>)[] = [];
let actedOn: string[] = [];
beforeEach(() => {
  actedOn = [];
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
  await queueNamed(eventQueue('quiz')).obliterate({ force: true });
});
afterAll(async () => {
  await Promise.all([...queues.values()].map((queue) => queue.close()));
  redis.disconnect();
});

const consume = (options: Pick<ConsumerOptions, 'queue' | 'handle'> & Partial<ConsumerOptions>) => {
  const consumer = startConsumer({
    domain: 'quiz',
    redisUrl,
    concurrency: 1,
    logger: createLogger('test'),
    ...options,
  });
  stops.push(consumer.stop);
};

const consumeEvents = (handle: (id: string) => Promise<void>) =>
  consume({
    queue: eventQueue('quiz'),
    handle: async ({ id }) => {
      await handle(id);
      actedOn.push(id);
    },
    hasActedOn: async (id) => actedOn.includes(id),
  });

/** Sends study's word of a new subject to quiz; tried twice only. */
async function send(id: string, after: string | null): Promise<void> {
  const payload = {
    subjectId: newId('Subject'),
    ownerId: 'usr_1',
    title: 'Cells',
    defaultSkillId: newId('Skill'),
  };
  const entry = {
    id,
    kind: 'EVENT',
    name: 'study.subject.created',
    payload,
    availableAt: new Date(),
  } as const;
  for (const { queue, name, data, opts } of addressDeliveries('study', {
    ...entry,
    recipients: [{ name: 'quiz', after }],
  })) {
    await queueNamed(queue).add(name, data, { ...opts, attempts: 2 });
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It does not come.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('events of one user', () => {
  it('do not overtake one that fails, while those of others go on', async () => {
    let failures = 1;
    const tried: string[] = [];
    await send('a1', null);
    await send('a2', 'a1');
    await send('a3', 'a2');
    await send('b1', null);

    consumeEvents(async (id) => {
      tried.push(id);
      if (id === 'a1' && failures-- > 0) throw new Error('not this time');
    });
    await until(() => actedOn.length === 4);

    expect(actedOn).toEqual(['b1', 'a1', 'a2', 'a3']);
    expect(tried).toEqual(['a1', 'b1', 'a1', 'a2', 'a3']);
  });

  it('keep their order when they come in another, over several workers', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
    for (const [index, id] of [...ids.entries()].toReversed()) await send(id, ids[index - 1] ?? null);

    for (let worker = 0; worker < 3; worker++) consumeEvents(async () => undefined);
    await until(() => actedOn.length === 20);

    expect(actedOn).toEqual(ids);
  });

  it('go on when one has become a dead letter, which can be replayed', async () => {
    let isBroken = true;
    await send('d1', null);
    await send('d2', 'd1');
    consumeEvents(async (id) => {
      if (id === 'd1' && isBroken) throw new Error('never');
    });

    await until(() => actedOn.length === 1);
    expect(actedOn).toEqual(['d2']);
    const { queues: inspected, stop } = inspectQueues(redisUrl);
    stops.push(stop);
    const queue = inspected.find(({ name }) => name === eventQueue('quiz'));
    expect(await queue?.listDeadLetters()).toMatchObject([{ id: 'd1', reason: 'never', attempts: 2 }]);

    isBroken = false;
    await queue?.replay('d1');
    await until(() => actedOn.length === 2);
    expect(await queue?.listDeadLetters()).toEqual([]);
  });
});

it('tells the sender what was acted on, not what failed', async () => {
  await redis.del(acknowledgementList('study'));
  await send('e1', null);
  await send('e2', null);
  consumeEvents(async (id) => {
    if (id === 'e1') throw new Error('never');
  });

  await until(async () => (await redis.llen(acknowledgementList('study'))) > 0);
  await until(async () => (await queueNamed(eventQueue('quiz')).getFailedCount()) === 1);

  expect(await redis.lrange(acknowledgementList('study'), 0, -1)).toEqual(['e2 quiz']);
});

it('does urgent work while there is much of the other', async () => {
  const [urgent, idle] = [jobQueue('quiz', 'high-priority'), jobQueue('quiz', 'low-priority')];
  let idleDone = 0;
  await queueNamed(idle).addBulk(Array.from({ length: 400 }, () => ({ name: 'tidy', data: {} })));
  consume({
    queue: idle,
    handle: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      idleDone += 1;
    },
  });
  const idleAtUrgent: number[] = [];
  consume({ queue: urgent, concurrency: 8, handle: async () => void idleAtUrgent.push(idleDone) });
  await until(() => idleDone > 5);

  await queueNamed(urgent).addBulk(Array.from({ length: 20 }, () => ({ name: 'close', data: {} })));
  await until(() => idleAtUrgent.length === 20);

  expect(Math.max(...idleAtUrgent)).toBeLessThan(200);
});

it('tells the sender again when an event comes again that was done', async () => {
  await redis.del(acknowledgementList('study'));
  consumeEvents(async () => undefined);
  for (let time = 1; time <= 2; time++) {
    await send('f1', null);
    await until(async () => (await redis.llen(acknowledgementList('study'))) === time);
  }
});
