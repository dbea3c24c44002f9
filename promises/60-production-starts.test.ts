import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../scripts/story/narrator.ts';
import { root } from '../tests/end-to-end/house.ts';

mkdirSync(join(root, 'run/test'), { recursive: true });
const directory = mkdtempSync(join(root, 'run/test', `${process.pid}-production-`));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const secret = () => randomBytes(32).toString('base64url');
const keys = () => `1:${randomBytes(32).toString('base64')}`;
const nowhere = { DATABASE_URL: 'postgresql://127.0.0.1:9/none', REDIS_URL: 'redis://127.0.0.1:9' };

/** Starts a process of ours as in production, with nothing of the surroundings but PATH. */
function startInProduction(script: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      GATEWAY_PORT: '0',
      AUTH_PORT: '0',
      ...nowhere,
      ...environment,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, said: () => said };
}

function writeGateway(change: object): string {
  const folder = join(root, 'gateway');
  const own = JSON.parse(readFileSync(join(folder, 'studymate.json'), 'utf8'));
  const path = join(directory, `${randomBytes(4).toString('hex')}.json`);
  const operations = { ...own.operations, folder: join(folder, own.operations.folder) };
  writeFileSync(
    path,
    JSON.stringify({ ...own, supergraph: join(folder, own.supergraph), operations, ...change }),
  );
  return path;
}

const gateway = 'gateway/src/main.ts';
const auth = 'subgraphs/auth/src/main.ts';
const secretsOfAuth = () => ({
  SUBGRAPH_SECRET: secret(),
  AUTH_SECRET: secret(),
  PASSWORD_PEPPERS: keys(),
  FIELD_KEYS: keys(),
  FIELD_INDEX_SECRET: secret(),
});
const without = (name: keyof ReturnType<typeof secretsOfAuth>) => {
  const { [name]: _left, ...rest } = secretsOfAuth();
  return rest;
};

describe('a start in production', () => {
  it.each([
    ['without a secret', gateway, {}, 'SUBGRAPH_SECRET'],
    [
      'with the secret of development',
      gateway,
      { SUBGRAPH_SECRET: 'development-only-subgraph-secret-never-in-production' },
      'SUBGRAPH_SECRET',
    ],
    ['with a short secret', gateway, { SUBGRAPH_SECRET: 'x'.repeat(31) }, 'SUBGRAPH_SECRET'],
    [
      'with introspection',
      gateway,
      { SUBGRAPH_SECRET: secret(), GATEWAY_CONFIG: writeGateway({ introspection: true }) },
      'introspection',
    ],
    [
      'with a debug token that can be guessed',
      gateway,
      { SUBGRAPH_SECRET: secret(), GATEWAY_DEBUG_TOKEN: 'debug' },
      'GATEWAY_DEBUG_TOKEN',
    ],
    [
      'with a test clock',
      'subgraphs/study/src/main.ts',
      {
        SUBGRAPH_SECRET: secret(),
        OBJECTS_SECRET: secret(),
        OBJECTS_DIRECTORY: directory,
        TEST_CLOCK: '2026-01-01T00:00:00Z',
      },
      'TEST_CLOCK',
    ],
    ['of auth without its secret', auth, without('AUTH_SECRET'), 'AUTH_SECRET'],
    ['of auth without peppers', auth, without('PASSWORD_PEPPERS'), 'PASSWORD_PEPPERS'],
    ['of auth without keys of fields', auth, without('FIELD_KEYS'), 'FIELD_KEYS'],
    ['of auth without the key of its index', auth, without('FIELD_INDEX_SECRET'), 'FIELD_INDEX_SECRET'],
  ])(
    '%s is refused, and told why',
    async (_how, script, environment, named) => {
      const { child, ended, said } = startInProduction(script, environment);
      const patience = setTimeout(() => child.kill('SIGKILL'), 60_000);
      const code = await ended;
      clearTimeout(patience);
      expect([code, said()]).toEqual([1, expect.stringContaining(named)]);
      // Why, but not what it was.
      for (const value of Object.values(environment).filter(
        (each) => each.length > 20 && !each.startsWith('/'),
      ))
        expect(said()).not.toContain(value);
    },
    90_000,
  );

  it('shows no secret in its command line, its metrics or what it says', async () => {
    const secrets = { SUBGRAPH_SECRET: secret(), GATEWAY_DEBUG_TOKEN: secret() };
    const { child, ended, said } = startInProduction(gateway, secrets);
    try {
      const url = await eventually(
        'the gateway',
        async () => /"url":"([^"]+)","message":"gateway ready"/.exec(said())?.[1],
        60_000,
      );
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toContain('gateway_requests_total');
      const commandLine = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
      for (const value of Object.values(secrets))
        expect([commandLine, metrics, said()].some((text) => text.includes(value))).toBe(false);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  }, 90_000);
});
