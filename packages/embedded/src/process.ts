import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './accounts.ts';
import { findPid } from './leftovers.ts';

/** A server that this process started and that does not outlive it. */
export interface RunningServer {
  readonly pid: number;
  /** Settles when the server is gone, for whatever reason. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** What the server prints when it takes connections. */
  readonly ready: RegExp;
  readonly stopSignal: 'INT' | 'TERM';
  readonly pidFile: string;
  readonly logFile: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly account?: Account;
}

/**
 * Stands between the server and its parent. fd 3 is a socket to the parent: the pid goes out on it, and its end (a
 * crash or a kill -9 of the parent closes it) stops the server. `$1` is the stop signal, the rest the command.
 */
const guard = `
signal=$1; shift
"$@" </dev/null 3<&- & server=$!
echo "$server" >&3
( exec >/dev/null 2>&1; read -r _ <&3; kill -s "$signal" "$server" ) & watch=$!
trap 'kill -s "$signal" "$server" 2>/dev/null' INT TERM
while :; do wait "$server"; code=$?; kill -0 "$server" 2>/dev/null || break; done
kill "$watch" 2>/dev/null
exit "$code"
`;
const readyTimeoutMs = 120_000;
const stopTimeoutMs = 15_000;

/** Starts a server in a session of its own (Ctrl-C does not reach it) and waits until it is ready. */
export async function startServer(options: ServerCommand): Promise<RunningServer> {
  const [command, ...rest] = [...(options.account?.prefix ?? []), options.command, ...options.arguments];
  const child = spawn('sh', ['-c', guard, 'sh', options.stopSignal, command ?? '', ...rest], {
    cwd: options.directory,
    env: options.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(options.account?.uid === undefined ? {} : { uid: options.account.uid }),
    ...(options.account?.gid === undefined ? {} : { gid: options.account.gid }),
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => rmSync(options.pidFile, { force: true }));
  const pid = receivePid(child).then((received) => {
    writeFileSync(options.pidFile, `${received}\n`);
    return received;
  });
  await waitUntilReady(child, options);
  return { pid: await pid, exited, stop: () => stopServer(child, exited, options.pidFile) };
}

function receivePid(child: ChildProcess): Promise<number> {
  const channel = child.stdio[3];
  if (!(channel instanceof Socket)) throw new Error('The channel to the server is missing.');
  channel.unref();
  return new Promise((resolve) => channel.once('data', (line) => resolve(Number.parseInt(String(line), 10))));
}

async function stopServer(child: ChildProcess, exited: Promise<void>, pidFile: string): Promise<void> {
  child.kill('SIGTERM');
  const ended = await Promise.race([exited.then(() => true), delay(stopTimeoutMs, false, { ref: false })]);
  const pid = ended ? undefined : findPid(pidFile);
  if (pid) process.kill(pid, 'SIGKILL');
  await exited;
}

async function waitUntilReady(child: ChildProcess, options: ServerCommand): Promise<void> {
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let output = '';
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      if (isReady) return;
      output = (output + chunk).slice(-8_000);
      isReady = options.ready.test(output);
      if (isReady) resolve();
    };
    child.stdout?.on('data', read).pipe(log, { end: false });
    child.stderr?.on('data', read).pipe(log, { end: false });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${options.name} did not start: ${lastLine(output)}`)));
    timer = setTimeout(() => {
      child.kill('SIGTERM');
      reject(
        new Error(`${options.name} was not ready within ${readyTimeoutMs / 1000} s, see ${options.logFile}.`),
      );
    }, readyTimeoutMs);
  });
  await ready.finally(() => clearTimeout(timer));
}

const lastLine = (output: string) => output.trim().split('\n').slice(-3).join(' | ');
