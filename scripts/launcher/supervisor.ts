import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endLeftover, requireFreePort } from '@studymate/embedded';
import type { ProcessPlan } from './plan.ts';
import { root, runDirectory, stateDirectory } from './workspace.ts';

export interface Supervisor {
  start(plan: ProcessPlan): Promise<void>;
  /**
   * Starts the process of that name again, after ending it if it still runs, stopped or stuck ones too; one that
   * hands over is ended when its successor serves.
   */
  restart(name: string): Promise<void>;
  stopAll(): Promise<void>;
}

export interface SupervisorOptions {
  readonly environmentOf: (plan: ProcessPlan) => NodeJS.ProcessEnv;
  /** Start a process again when it ends by itself. */
  readonly restarts: boolean;
  readonly onExit: (name: string, how: string) => void;
}

interface Running {
  readonly plan: ProcessPlan;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
}

const ours = /launcher\/(house|worker)-process\.ts|(gateway|subgraphs\/\w+)\/src\/main\.ts/;
/**
 * A young generation of a few MB instead of 3 × 16 MB, and an old one that grows by a third between collections
 * instead of its double: a third less memory for a few percent more time in GC.
 */
const smallHeap = ['--max-semi-space-size=2', '--heap-growing-percent=30'];
const readyTimeoutMs = 120_000;
const stopGraceMs = 10_000;
/** How long a process may take to say that it stops. Short, for what is started again may well be stuck. */
const hearingMs = 3_000;
/** How long one that stops may take to finish what it has begun. */
const finishMs = 30_000;
const pollMs = 50;
const restartDelayMs = 1_000;
const largestLog = 20_000_000;

const pidFileOf = (name: string) => join(runDirectory, `${name}.pid`);
const logFileOf = (name: string) => join(stateDirectory('logs'), `${name}.log`);

/** Starts the processes of the house and watches them. They hold an IPC channel to this process and end with it. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const plans = new Map<string, ProcessPlan>();
  const running = new Map<string, Running>();
  let isStopping = false;

  const run = (plan: ProcessPlan): Running => {
    const process = launch(plan, options.environmentOf(plan));
    running.set(plan.name, process);
    process.child.once('exit', (code, signal) => {
      if (isStopping || running.get(plan.name) !== process) return;
      running.delete(plan.name);
      options.onExit(plan.name, signal ?? `exit code ${code}`);
      if (options.restarts) setTimeout(() => void start(plan).catch(() => undefined), restartDelayMs);
    });
    return process;
  };

  const start = async (plan: ProcessPlan): Promise<void> => {
    plans.set(plan.name, plan);
    await endLeftover(pidFileOf(plan.name), ours, 'SIGTERM');
    for (const { port, use, setting } of plan.ports) await requireFreePort(port, use, setting);
    await waitUntilReady(run(plan), plan.readyUrl);
  };

  /** The successor says itself when it serves: at its address its predecessor answers as well. */
  const handOver = async (plan: ProcessPlan, current: Running): Promise<void> => {
    const successor = run(plan);
    await waitUntilReady(successor, undefined).catch((error: unknown) => {
      successor.child.kill('SIGKILL');
      running.set(plan.name, current);
      writeFileSync(pidFileOf(plan.name), `${current.child.pid}\n`);
      throw error;
    });
    await endGently(current);
  };

  return {
    start,
    restart: async (name) => {
      const plan = plans.get(name);
      if (!plan) throw new Error(`There is no process ${name}; there are: ${[...plans.keys()].join(', ')}.`);
      const current = running.get(name);
      if (current && plan.handsOver === true) return handOver(plan, current);
      running.delete(name);
      if (current) await endGently(current);
      await start(plan);
    },
    stopAll: async () => {
      isStopping = true;
      await Promise.all(
        [...running.values()].map((each) => end(each, delay(stopGraceMs, undefined, { ref: false }))),
      );
    },
  };
}

function launch(plan: ProcessPlan, environment: NodeJS.ProcessEnv): Running {
  const logFile = logFileOf(plan.name);
  if (existsSync(logFile) && statSync(logFile).size > largestLog) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'a');
  const traced = environment.OTEL_EXPORTER_OTLP_ENDPOINT ? ['--import', '@studymate/telemetry'] : [];
  const child = spawn(process.execPath, [...smallHeap, ...traced, plan.script, ...plan.parameters], {
    cwd: root,
    env: { OTEL_SERVICE_NAME: plan.name, ...environment },
    stdio: ['ignore', log, log, 'ipc'],
  });
  if (child.pid !== undefined) writeFileSync(pidFileOf(plan.name), `${child.pid}\n`);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => {
    if (
      existsSync(pidFileOf(plan.name)) &&
      readFileSync(pidFileOf(plan.name), 'utf8').trim() === `${child.pid}`
    ) {
      rmSync(pidFileOf(plan.name), { force: true });
    }
  });
  return { plan, child, exited };
}

/** Ends a process, with force when the patience with it is over. */
async function end({ child, exited }: Running, patience: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const isOver = await Promise.race([exited.then(() => true), patience.then(() => false)]);
  if (!isOver) child.kill('SIGKILL');
  await exited;
}

const told = (child: ChildProcess, word: 'ready' | 'stopping'): Promise<void> =>
  new Promise((resolve) => child.on('message', (message) => message === word && resolve()));

/** Ends a process that may be stuck: one that says it stops has time to finish what it has begun. */
async function endGently(process: Running): Promise<void> {
  const heard = told(process.child, 'stopping').then(() => finishMs);
  const grace = Promise.race([heard, delay(hearingMs, 0, { ref: false })]);
  await end(
    process,
    grace.then((ms) => delay(ms, undefined, { ref: false })),
  );
}

async function waitUntilReady({ plan, child, exited }: Running, readyUrl?: string): Promise<void> {
  const ready = readyUrl ? pollUntilUp(readyUrl, exited) : told(child, 'ready');
  const outcome = await Promise.race([
    ready.then(() => 'ready' as const),
    exited.then(() => 'exited' as const),
    delay(readyTimeoutMs, 'late' as const, { ref: false }),
  ]);
  if (outcome === 'ready') return;
  const what = outcome === 'late' ? `is not ready after ${readyTimeoutMs / 1000} s` : 'could not start';
  throw new Error(`${plan.name} ${what}: ${lastWords(plan.name)} (all of it: ${logFileOf(plan.name)})`);
}

async function pollUntilUp(url: string, exited: Promise<void>): Promise<void> {
  let isGone = false;
  void exited.then(() => {
    isGone = true;
  });
  while (!isGone) {
    const isUp = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
    if (isUp) return;
    await delay(pollMs);
  }
}

/** The line of a log that says what went wrong: the last that looks like an error, else the last. */
function lastWords(name: string): string {
  const lines = readFileSync(logFileOf(name), 'utf8').trim().split('\n').slice(-60);
  return (
    lines.findLast((line) => /^\w*Error\b|"log.level":"(error|fatal)"/.test(line)) ??
    lines.at(-1) ??
    ''
  ).slice(0, 600);
}
