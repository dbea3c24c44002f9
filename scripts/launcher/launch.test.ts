import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { commandLineOf, findFreePort } from '@studymate/embedded';

const root = resolve(import.meta.dirname, '../..');
mkdirSync(join(root, 'run/test'), { recursive: true });
const directory = mkdtempSync(join(root, 'run/test', `${process.pid}-launch-`));
const portNames = [
  ...['GATEWAY', 'AUTH', 'STUDY', 'QUIZ', 'SUBSCRIPTION', 'NOTIFICATION', 'AI', 'PERSONALIZATION', 'RELAY'],
  ...['MAIL', 'OBJECTS', 'SMTP', 'STRIPE_STAND_IN', 'POSTGRES', 'REDIS'],
];

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Ports of its own and a state folder of its own, and nothing of the test run's servers. */
async function someEnvironment(name: string): Promise<NodeJS.ProcessEnv> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, NODE_OPTIONS: _options, ...rest } = process.env;
  const ports = await Promise.all(portNames.map(async (port) => [`${port}_PORT`, `${await findFreePort()}`]));
  return {
    ...rest,
    ...Object.fromEntries(ports),
    NODE_ENV: 'development',
    RUN_DIRECTORY: join(directory, name),
  };
}

async function runStart(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, ['scripts/start.ts'], { cwd: root, env: environment });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.resume();
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  return { code, errors };
}

describe('start', () => {
  it('names every unusable variable and starts nothing', async () => {
    const environment = {
      ...(await someEnvironment('variables')),
      GATEWAY_PORT: 'four',
      DATABASE_URL: 'mysql://db',
    };
    const { code, errors } = await runStart(environment);
    expect(code).toBe(1);
    expect(errors).toContain('GATEWAY_PORT: must be a port from 1 to 65535, such as 4000');
    expect(errors).toContain('DATABASE_URL: must look like postgresql://');
    expect(errors).not.toContain('    at ');
    expect(readdirSync(directory)).not.toContain('variables');
  });

  it('says which port is in use and what to set, and stops what was already up', async () => {
    const environment = await someEnvironment('port');
    const holder = createServer();
    await new Promise<void>((done) => holder.listen(Number(environment.MAIL_PORT), '127.0.0.1', done));
    const { code, errors } = await runStart(environment);
    holder.close();
    expect(code).toBe(1);
    expect(errors.trim()).toBe(
      `✖ Port ${environment.MAIL_PORT} for the mail page is in use: stop the program that holds it, or set MAIL_PORT.`,
    );
    expect(readdirSync(join(directory, 'port/postgres/data'))).not.toContain('postmaster.pid');
    expect(readdirSync(join(directory, 'port/postgres'))).not.toContain('postgres.pid');
  });

  it('refuses a second start on the same state folder', async () => {
    const environment = await someEnvironment('second');
    const holder = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 30000)', 'scripts/start.ts']);
    const folder = join(directory, 'second');
    mkdirSync(folder);
    writeFileSync(join(folder, 'studymate.pid'), `${holder.pid}\n`);
    for (let tries = 0; commandLineOf(holder.pid ?? 0) === '' && tries < 100; tries++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    const { code, errors } = await runStart(environment);
    holder.kill();
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`^✖ StudyMate already runs here \\(process ${holder.pid}\\)`));
  });
});
