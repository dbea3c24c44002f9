import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { commandLineOf } from '@studymate/embedded';
import { withClient } from '@studymate/schema-engine/connection';
import { type Start, someEnvironment, someStart, someStateFolder } from './some-start.ts';

const directory = someStateFolder();
const environment = await someEnvironment(directory);
const starts: Start[] = [];
const startOne = () => {
  const start = someStart(environment);
  starts.push(start);
  return start;
};
const timeoutMs = 180_000;

afterAll(async () => {
  for (const start of starts) start.child.kill('SIGKILL');
  await delay(500);
  rmSync(directory, { recursive: true, force: true });
});

interface StateFile {
  readonly urls: Readonly<Record<string, string>>;
  readonly logins: readonly { readonly email: string; readonly password: string; readonly role: string }[];
}
const readState = () => JSON.parse(readFileSync(join(directory, 'studymate.json'), 'utf8')) as StateFile;
const readPid = (file: string) => Number(readFileSync(join(directory, file), 'utf8').split('\n')[0]);
const pidFiles = ['house.pid', 'postgres/postgres.pid', 'redis/redis.pid'];

async function waitUntilGone(pids: readonly number[]): Promise<string[]> {
  for (let waited = 0; waited < 15_000; waited += 100) {
    if (pids.every((pid) => commandLineOf(pid) === '')) return [];
    await delay(100);
  }
  return pids.map(commandLineOf).filter(Boolean);
}

const urlOf = (role: string, database: string) =>
  `postgresql://studymate_${role}@127.0.0.1:${environment.POSTGRES_PORT}/studymate_${database}`;
const count = async (url: string, sql: string) =>
  withClient(url, async (client) => Number((await client.query(sql)).rows[0]?.count));

describe('a start', () => {
  it(
    'serves, keeps domains apart, dies whole on kill -9, comes back with its data, and stops on Ctrl-C',
    async () => {
      const first = startOne();
      await first.prints(/StudyMate is up/);
      const { urls, logins } = readState();
      expect(logins.map(({ role }) => role)).toEqual(['LEARNER', 'AUTHOR', 'ADMIN']);
      for (const name of ['gateway', 'sandbox', 'mail', 'stripe', 'objects'])
        expect(urls[name]).toMatch(/^http:/);
      const answer = await fetch(`${urls.gateway}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });

      const users = await count(urlOf('auth', 'auth'), 'select count(*) from "User"');
      expect(users).toBeGreaterThanOrEqual(3);
      await expect(count(urlOf('study', 'auth'), 'select 1 as count')).rejects.toThrow(/permission denied/);

      const pids = pidFiles.map(readPid);
      first.child.kill('SIGKILL');
      expect(await waitUntilGone(pids)).toEqual([]);

      const second = startOne();
      await second.prints(/StudyMate is up/);
      expect(await count(urlOf('auth', 'auth'), 'select count(*) from "User"')).toBe(users);
      const secondPids = pidFiles.map(readPid);
      second.child.kill('SIGINT');
      expect(await second.ended).toBe(0);
      expect(await waitUntilGone(secondPids)).toEqual([]);
      expect([...pidFiles, 'studymate.pid'].filter((file) => existsSync(join(directory, file)))).toEqual([]);
    },
    timeoutMs,
  );
});
