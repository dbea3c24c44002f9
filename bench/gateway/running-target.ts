import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { benchDirectory } from './places.ts';
import { listTree, processorSeconds } from './processor-time.ts';
import { type Target, workingDirectory } from './targets.ts';

export interface RunningTarget {
  readonly name: string;
  readonly url: string;
  /** Seconds of processor time so far, of the gateway and everything it started. */
  processorSeconds(): number;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
const stopWithinMs = 10_000;

const isAnswering = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

async function untilReady(child: ChildProcess, name: string, url: string): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (!(await isAnswering(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${name} did not start; its log is in ${benchDirectory}.`);
    }
    await delay(100);
  }
}

async function stop(child: ChildProcess, tree: readonly number[]): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isStuck = await Promise.race([ended.then(() => false), delay(stopWithinMs, true, { ref: false })]);
  if (isStuck) for (const pid of tree) process.kill(pid, 'SIGKILL');
}

/** What Node is told to write a profile of the whole run as it ends. */
const profiling = ['--cpu-prof', '--cpu-prof-dir', join(benchDirectory, 'profiles')];

export interface StartOptions {
  readonly port: number;
  /** Whether a target that Node runs writes a profile as it ends. */
  readonly isProfiled?: boolean;
}

/** Starts a gateway on the first processor, where nothing else of the run is. */
export async function startTarget(
  target: Target,
  { port, isProfiled = false }: StartOptions,
): Promise<RunningTarget> {
  const flags = isProfiled && target.command === process.execPath ? profiling : [];
  const log = openSync(join(benchDirectory, `${target.name.replaceAll(/\W+/g, '-')}.log`), 'w');
  const child = spawn('taskset', ['--cpu-list', '0', target.command, ...flags, ...target.arguments], {
    cwd: workingDirectory,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      ...target.environment,
    },
    stdio: ['ignore', log, log],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${target.name} cannot be started: is taskset installed?`);
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}${target.path}`;
  try {
    await untilReady(child, target.name, url);
  } catch (error) {
    await stop(child, listTree(pid));
    throw error;
  }
  const tree = listTree(pid);
  return {
    name: target.name,
    url,
    processorSeconds: () => processorSeconds(tree),
    stop: () => stop(child, tree),
  };
}
