import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { commandLineOf, endProcess } from './leftovers.ts';
import { findFreePort } from './ports.ts';

const run = resolve(import.meta.dirname, '../../../run');
const parents: ChildProcess[] = [];
mkdirSync(join(run, 'test'), { recursive: true });
const directory = mkdtempSync(join(run, 'test', `${process.pid}-embedded-`));

afterAll(() => {
  for (const parent of parents) parent.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** A process of its own that starts a server and then only lives; what it prints first is `{ pid, url }` or an error. */
async function startFromParent(
  code: string,
): Promise<{ parent: ChildProcess; pid: number; url: string; error?: string }> {
  const source = `
    import { startPostgres, startRedis } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    setInterval(() => undefined, 1000);
    try {
      const { pid, url } = await ${code};
      console.log(JSON.stringify({ pid, url }));
    } catch (error) {
      console.log(JSON.stringify({ pid: 0, url: '', error: error.message }));
    }`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  parents.push(parent);
  const line = await new Promise<string>((done) =>
    parent.stdout?.once('data', (chunk) => done(String(chunk))),
  );
  return { parent, ...(JSON.parse(line) as { pid: number; url: string; error?: string }) };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

async function waitForEnd(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (commandLineOf(pid) === '') return true;
    await delay(50);
  }
  return false;
}

describe('embedded PostgreSQL', () => {
  it('dies with its parent, keeps what was committed, and ends a leftover before it starts again', async () => {
    const port = await findFreePort();
    const start = `startPostgres({ directory: ${JSON.stringify(join(directory, 'postgres'))}, port: ${port} })`;
    const first = await startFromParent(start);
    await query(first.url, 'create table kept as select 42 as answer');
    first.parent.kill('SIGKILL');
    expect(await waitForEnd(first.pid)).toBe(true);

    const second = await startFromParent(start);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    process.kill(second.pid, 'SIGKILL');
    await waitForEnd(second.pid);
    second.parent.kill('SIGKILL');

    const third = await startFromParent(start);
    expect(await query(third.url, 'select answer from kept')).toEqual([{ answer: 42 }]);

    const fourth = await startFromParent(start);
    expect(fourth.error).toBeUndefined();
    expect(await waitForEnd(third.pid)).toBe(true);
    expect(await query(fourth.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await endProcess(fourth.pid, 'SIGINT');
  });

  it('says in one line which port is in use and what to set', async () => {
    const holder = createServer();
    const port = await findFreePort();
    await new Promise<void>((done) => holder.listen(port, '127.0.0.1', done));
    const { error } = await startFromParent(
      `startPostgres({ directory: ${JSON.stringify(join(directory, 'blocked'))}, port: ${port} })`,
    );
    holder.close();
    expect(error).toMatch(new RegExp(`^Port ${port} for PostgreSQL is in use: .*POSTGRES_PORT.*$`));
  });
});

describe('embedded Redis', () => {
  it('keeps what was written when it is killed, and dies with its parent', async () => {
    const port = await findFreePort();
    const folder = join(directory, 'redis');
    const cache = join(run, 'toolchain', 'redis');
    const start = `startRedis(${JSON.stringify({ directory: folder, port, cache })})`;
    const first = await startFromParent(start);
    const writer = new Redis(first.url);
    await writer.set('kept', 'yes');
    writer.disconnect();
    process.kill(first.pid, 'SIGKILL');
    await waitForEnd(first.pid);

    const second = await startFromParent(start);
    const reader = new Redis(second.url);
    expect(await reader.get('kept')).toBe('yes');
    reader.disconnect();
    expect(readFileSync(join(folder, 'redis.pid'), 'utf8').trim()).toBe(`${second.pid}`);
    second.parent.kill('SIGKILL');
    expect(await waitForEnd(second.pid)).toBe(true);
  });
});
