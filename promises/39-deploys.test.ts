import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Learner } from '../scripts/story/learner.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { root } from '../tests/end-to-end/house.ts';
import { makeAuthors, someLearner } from '../tests/end-to-end/people.ts';
import { balance } from './balancer.ts';
import { startHaproxy } from './haproxy.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('deploys', {
  parameters: ['--separate'],
  environment: { GATEWAYS: '2', RESTART: '1' },
});
const learners: Learner[] = [];
for (let count = isFull ? 30 : 3; count > 0; count--) learners.push(await someLearner(house));
await makeAuthors(house, learners);

const subgraphs = ['auth', 'study', 'quiz', 'subscription', 'notification', 'ai', 'personalization'];
const every = ['gateway', 'gateway-2', ...subgraphs, ...subgraphs.map((name) => `${name}-worker`), 'relay'];
/** In the short form one of each kind: what the others are made of is the same. */
const deployed = isFull ? [...every, ...every] : ['gateway', 'study', 'quiz-worker'];
const perSecond = isFull ? 100 : 10;

const gateways = [`${house.urls.gateway}/graphql`, `${house.urls.gateway2}/graphql`];
/** The real one with the configuration that we ship; our own where this machine cannot have it. */
const haproxy = await startHaproxy(house.site, gateways);
const balancer = balance(gateways, haproxy?.url);
afterAll(balancer.stop);

const reads = [
  '{ viewer { id displayName streak { current } } }',
  '{ quizzes(first: 1) { edges { node { id } } } }',
  '{ subjects(first: 1) { edges { node { id } } } }',
];
const isWrite = (turn: number): boolean => turn % 4 === 0;
/** Of which address it is: from one alone would come more than its rate. */
const address = (turn: number): string => `10.2.${turn % 4}.${Math.floor(turn / 4) % 250}`;

function ask(turn: number, query: string) {
  const token = learners[turn % learners.length]?.accessToken;
  return balancer.post(JSON.stringify({ query }), {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    'x-forwarded-for': address(turn),
  });
}

interface Made {
  readonly id: string;
  readonly turn: number;
}

interface Failure {
  readonly said: string;
  /** By performance.now(). */
  readonly askedAt: number;
}

/** Asks steadily until told to stop; answers how much was asked, what failed, and the subjects that were made. */
function keepAsking() {
  const [failures, made, underWay] = [[] as Failure[], [] as Made[], new Set<Promise<void>>()];
  let turn = 0;
  const one = async (own: number) => {
    const askedAt = performance.now();
    const query = isWrite(own)
      ? `mutation { createSubject(title: "Leaves ${own}", idempotencyKey: "${randomUUID()}") {
          ... on Subject { id } ... on UserError { code } } }`
      : (reads[own % reads.length] ?? '');
    const answer = await ask(own, query).catch((error: unknown) => ({ status: 0, text: String(error) }));
    const id = /"(sub_[^"]+)"/.exec(answer.text)?.[1];
    if (answer.status !== 200 || answer.text.includes('"errors"') || (isWrite(own) && id === undefined))
      failures.push({
        said: `${query.slice(0, 30)}: ${answer.status} ${answer.text.slice(0, 200)}`,
        askedAt,
      });
    else if (isWrite(own) && id) made.push({ id, turn: own });
  };
  const ticking = setInterval(() => {
    const request = one(turn++).finally(() => underWay.delete(request));
    underWay.add(request);
  }, 1_000 / perSecond);
  return {
    failures,
    made,
    count: () => turn,
    countUnderWay: () => underWay.size,
    stop: async () => {
      clearInterval(ticking);
      await Promise.all(underWay);
    },
  };
}

/** Deploys one process as an operator does: back when its successor serves and it has ended. */
async function deploy(name: string): Promise<void> {
  const command = spawn(process.execPath, ['scripts/start.ts', '--separate', '--only', name], {
    cwd: root,
    env: house.site.environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(command, 'exit');
  if (code !== 0) throw new Error(`${name} was not deployed.`);
}

/** How many processes of that name said so, by its log. */
function countSaying(name: string, message: 'stopping' | 'stopped'): number {
  const log = readFileSync(join(house.site.directory, 'logs', `${name}.log`), 'utf8');
  return log.split('\n').filter((line) => line.includes(`"message":"${message}"`)).length;
}

describe(`a deploy of ${deployed.length} processes, one after the other, at ${perSecond} requests a second`, () => {
  let asking: ReturnType<typeof keepAsking>;

  beforeAll(async () => {
    asking = keepAsking();
    await delay(2_000);
    for (const name of deployed) await deploy(name);
    await delay(2_000);
    await asking.stop();
  }, 1_200_000);

  it('fails no request', () => {
    expect(asking.failures).toEqual([]);
    expect(asking.count()).toBeGreaterThan(20);
  });

  it('tells a balancer that a gateway is not ready before it refuses connections', () => {
    const [states = []] = balancer.states();
    expect(states.slice(0, 3)).toEqual([200, 503, 0]);
    expect(states.at(-1)).toBe(200);
  });

  // What takes longer than 30 s is killed, and never says that it has stopped.
  it('lets every process end by itself', () => {
    for (const name of deployed) {
      expect([name, countSaying(name, 'stopping')]).toEqual([name, isFull ? 2 : 1]);
      expect([name, countSaying(name, 'stopped')]).toEqual([name, isFull ? 2 : 1]);
    }
  });

  it('loses nothing that a worker had to do', async () => {
    expect(new Set(asking.made.map(({ id }) => id)).size).toBe(asking.made.length);
    for (const { turn, id } of asking.made.filter((_subject, index) => index % (isFull ? 50 : 5) === 0)) {
      await eventually('quiz to know the subject', async () => {
        const { text } = await ask(
          turn,
          `mutation { createQuestionBank(title: "Leaves", subjectId: "${id}",
            idempotencyKey: "${randomUUID()}") { ... on QuestionBank { id } ... on UserError { code } } }`,
        );
        return text.includes('"bnk_');
      });
    }
  }, 120_000);
});

describe('a gateway that is killed under load', () => {
  let asking: ReturnType<typeof keepAsking>;
  let goneAt: number;
  let begun: number;

  beforeAll(async () => {
    asking = keepAsking();
    await delay(2_000);
    const pid = house.pidOf('gateway-2');
    const answered = asking.count() - asking.countUnderWay();
    process.kill(pid, 'SIGKILL');
    // On a busy machine the kernel takes connections in its name for some moments more.
    await eventually('its end', async () => !existsSync(`/proc/${pid}`));
    [goneAt, begun] = [performance.now(), asking.count() - answered];
    await delay(isFull ? 20_000 : 6_000);
    await asking.stop();
  }, 120_000);

  it('fails nothing but what it had begun', () => {
    const { failures } = asking;
    expect(failures.filter(({ askedAt }) => askedAt > goneAt)).toEqual([]);
    expect(failures.length).toBeLessThanOrEqual(begun);
    expect(asking.count()).toBeGreaterThan(20);
  });

  it('is served by the one that is left, and again once it is back', async () => {
    await eventually(
      'the killed gateway',
      async () => (await fetch(`${house.urls.gateway2}/ready/`).catch(() => null))?.ok,
      60_000,
    );
    for (let turn = 0; turn < 8; turn++) expect((await ask(turn, reads[0] ?? '')).status).toBe(200);
  }, 90_000);

  it('was found out by the checks of HAProxy', async () => {
    if (!haproxy)
      return console.log('HAProxy is not to be had on this machine: our own balancer stood in for it.');
    const metrics = await (await fetch(haproxy.metrics)).text();
    const served = [
      ...metrics.matchAll(/haproxy_server_http_responses_total\{.*server="(gateway-\d)",code="2xx"\} (\d+)/g),
    ];
    expect(served.map(([, name, count]) => [name, Number(count) > 0])).toEqual([
      ['gateway-1', true],
      ['gateway-2', true],
    ]);
  });
});

describeSilence(house);
