import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll } from '@jest/globals';

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];

/** Where a program of the system is, or null. */
export const findProgram = (name: string): string | null =>
  folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;

/** Why a test of these programs is skipped, or null when it can run; the long ones want `npm run ops:verify`. */
export function reasonToSkip(programs: readonly string[], isLong: boolean): string | null {
  if (isLong && process.env.OPS !== 'full') return 'runs with `npm run ops:verify`';
  const missing = programs.filter((name) => findProgram(name) === null);
  return missing.length > 0 ? `${missing.join(', ')} not installed` : null;
}

export interface Program {
  /** What it wrote, for when it fails. */
  said(): string;
  end(): Promise<void>;
}

/** Starts a program of the system, which ends with the test file at the latest. */
export function startProgram(
  name: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Program {
  let output = '';
  const child: ChildProcess = spawn(findProgram(name) ?? name, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  };
  afterAll(end);
  return { said: () => output, end };
}

/** A port that is free now, below those that connections take. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 24_000 + Math.floor(Math.random() * 4_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error('No free port.');
}
