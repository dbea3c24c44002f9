import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compose, startSubgraph } from '../world.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;
const subgraph = await startSubgraph({
  name: 'a',
  sdl: 'type Query { a: Int broken: Int }',
  resolvers: {
    Query: {
      a: () => 1,
      broken: () => {
        throw new Error('relation "users" does not exist at 10.1.2.3:5432');
      },
    },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'log-'));
await writeFile(join(folder, 'supergraph.graphql'), compose([subgraph]));
await writeFile(
  join(folder, 'gateway.json'),
  JSON.stringify({ port: 0, supergraph: 'supergraph.graphql', errors: 'known-codes' }),
);
const { NODE_OPTIONS: _options, ...inherited } = process.env;
const gateway = spawn(process.execPath, [main, '--config', join(folder, 'gateway.json')], {
  env: { ...inherited, NODE_ENV: 'development', LOG_LEVEL: 'info' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
afterAll(async () => {
  gateway.kill('SIGTERM');
  await once(gateway, 'exit');
  await subgraph.stop();
  await rm(folder, { recursive: true });
});

type Line = Readonly<Record<string, unknown>>;
const lines: Line[] = [];
createInterface({ input: gateway.stdout }).on('line', (line) => lines.push(JSON.parse(line)));

async function waitForLine(isIt: (line: Line) => boolean): Promise<Line> {
  for (;;) {
    const line = lines.find(isIt);
    if (line) return line;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const { url } = await waitForLine(({ message }) => message === 'gateway ready');

const ask = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const isRequest = ({ message }: Line) => message === 'request';
const client = { 'apollographql-client-name': 'web', 'apollographql-client-version': '2.0.1' };

beforeAll(async () => {
  await ask('{"query":"query Known { a }"}');
  await waitForLine((line) => isRequest(line) && line.operationName === 'Known');
});

describe('the request log', () => {
  it.each([
    [
      'a new operation',
      { body: '{"query":"query A { a }"}', headers: client },
      { operationName: 'A', clientName: 'web', clientVersion: '2.0.1', status: 200, lane: 'new' },
    ],
    [
      'a known one',
      { body: '{"query":"query Known { a }"}', headers: {} },
      { operationName: 'Known', clientName: null, clientVersion: null, status: 200, lane: 'known' },
    ],
    [
      'one that is refused',
      { body: '{"query":"query B { b }"}', headers: {} },
      { status: 400, lane: 'refused', errorCodes: ['GRAPHQL_VALIDATION_FAILED'] },
    ],
    [
      'nonsense',
      { body: '{"query":', headers: {} },
      { status: 400, lane: 'refused', errorCodes: ['BAD_USER_INPUT'] },
    ],
  ])('has one line for %s', async (_name, { body, headers }, expected) => {
    const requestId = (await ask(body, headers)).headers.get('x-request-id');
    const isIts = (line: Line) => isRequest(line) && line.request_id === requestId;
    const line = await waitForLine(isIts);
    expect(line).toMatchObject({
      'log.level': 'info',
      'log.logger': 'gateway',
      'service.name': 'gateway',
      'ecs.version': expect.any(String),
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      ipAddress: expect.stringContaining('127.0.0.1'),
      user_id: null,
      durationMs: expect.any(Number),
      ...expected,
    });
    expect(lines.filter(isIts)).toHaveLength(1);
  });

  it('is beside the reason of a masked error, under the id that the client is told', async () => {
    const response = await ask('{"query":"{ broken }"}');
    const requestId = response.headers.get('x-request-id');
    expect(await response.json()).toEqual({
      data: { broken: null },
      errors: [{ message: 'Internal error', path: ['broken'], extensions: { code: 'INTERNAL', requestId } }],
    });
    const reason = await waitForLine(
      (line) => line.request_id === requestId && line['log.level'] === 'error',
    );
    expect(reason).toMatchObject({ subgraph: 'a', reason: expect.stringContaining('relation "users"') });
  });
});
