import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { commandLineOf } from '@studymate/embedded';
import { someEnvironment, someStart, someStateFolder } from './some-start.ts';

const directory = someStateFolder();

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('start', () => {
  it('names every unusable variable and starts nothing', async () => {
    const environment = await someEnvironment(join(directory, 'variables'));
    const start = someStart({ ...environment, GATEWAY_PORT: 'four', DATABASE_URL: 'mysql://db' });
    expect(await start.ended).toBe(1);
    expect(start.output()).toContain('GATEWAY_PORT: must be a port from 1 to 65535, such as 4000');
    expect(start.output()).toContain('DATABASE_URL: must look like postgresql://');
    expect(start.output()).not.toContain('    at ');
    expect(readdirSync(directory)).not.toContain('variables');
  });

  it('says which port is in use and what to set, and stops what was already up', async () => {
    const environment = await someEnvironment(join(directory, 'port'));
    const holder = createServer();
    await new Promise<void>((done) => holder.listen(Number(environment.MAIL_PORT), '127.0.0.1', done));
    const start = someStart(environment);
    expect(await start.ended).toBe(1);
    holder.close();
    expect(start.output()).toContain(
      `✖ Port ${environment.MAIL_PORT} for the mail page is in use: stop the program that holds it, or set MAIL_PORT.\n`,
    );
    expect(readdirSync(join(directory, 'port/postgres/data'))).not.toContain('postmaster.pid');
    expect(readdirSync(join(directory, 'port/postgres'))).not.toContain('postgres.pid');
  });

  it('refuses a second start on the same state folder', async () => {
    const folder = join(directory, 'second');
    const holder = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 30000)', 'scripts/start.ts']);
    mkdirSync(folder);
    writeFileSync(join(folder, 'studymate.pid'), `${holder.pid}\n`);
    for (let waited = 0; commandLineOf(holder.pid ?? 0) === '' && waited < 2_000; waited += 20)
      await delay(20);
    const start = someStart(await someEnvironment(folder));
    expect(await start.ended).toBe(1);
    holder.kill();
    expect(start.output()).toMatch(new RegExp(`^✖ StudyMate already runs here \\(process ${holder.pid}\\)`));
  });
});
