import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { compose, type RunningSubgraph, startSubgraph } from '../world.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

let release: (() => void) | null = null;
const slow = {
  name: 'slow',
  sdl: 'type Query { now: Int later: Int }',
  resolvers: {
    Query: {
      now: () => 1,
      later: () => new Promise<number>((resolve) => (release = () => resolve(2))),
    },
  },
};
const subgraph: RunningSubgraph = await startSubgraph(slow);
const folder = await mkdtemp(join(tmpdir(), 'drain-'));
await writeFile(join(folder, 'supergraph.graphql'), compose([subgraph]));
await writeFile(
  join(folder, 'gateway.json'),
  JSON.stringify({
    port: 0,
    supergraph: 'supergraph.graphql',
    drainNoticeMs: 1_500,
    traffic: { queryTimeoutMs: 20_000 },
  }),
);
const running: ChildProcess[] = [];
afterAll(async () => {
  for (const gateway of running) gateway.kill('SIGKILL');
  await subgraph.stop();
  await rm(folder, { recursive: true });
});

/** The gateway as a process of its own, and where it answers. */
async function startProcess() {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const gateway = spawn(process.execPath, [main, '--config', join(folder, 'gateway.json')], {
    env: { ...inherited, NODE_ENV: 'development', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(gateway);
  let output = '';
  for (;;) {
    const [chunk] = await once(gateway.stdout, 'data');
    output += chunk;
    const url = /"url":"(http:[^"]+)","message":"gateway ready"/.exec(output)?.[1];
    if (url) return { gateway, url };
  }
}

/** Asks over a connection of its own; rejects when there is none to be had. */
function ask(url: string, query?: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const method = query === undefined ? 'GET' : 'POST';
    const request = httpRequest(url, { agent: new Agent(), method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('error', reject);
    request.end(query === undefined ? undefined : JSON.stringify({ query }));
  });
}

const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('a gateway that is told to stop', () => {
  it('says so while it still answers, finishes what is under way, and ends', async () => {
    const { gateway, url } = await startProcess();
    expect((await ask(`${url}/ready/`)).status).toBe(200);
    const underWay = ask(`${url}/graphql`, '{ later }');
    await until(async () => release !== null);
    const ended = once(gateway, 'exit');
    const toldAt = performance.now();
    gateway.kill('SIGTERM');

    await until(async () => (await ask(`${url}/ready/`)).status === 503);
    expect((await ask(`${url}/graphql`, '{ now }')).body).toBe('{"data":{"now":1}}');
    expect((await ask(`${url}/health/`)).status).toBe(200);
    await until(() =>
      ask(`${url}/ready/`).then(
        () => false,
        () => true,
      ),
    );

    release?.();
    expect(await underWay).toEqual({ status: 200, body: '{"data":{"later":2}}' });
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - toldAt).toBeLessThan(30_000);
  });
});
