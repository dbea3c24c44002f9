import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 25;

/** The command line of a running process; empty when it is gone or a zombie. */
export function commandLineOf(pid: number): string {
  if (existsSync('/proc/self')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  try {
    return execFileSync('ps', ['-ww', '-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * Whether a process still holds anything: a dying one has no command line any more but may not have closed its ports
 * yet; a zombie has.
 */
function isRunning(pid: number): boolean {
  if (!existsSync('/proc/self')) return commandLineOf(pid) !== '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** The process a pid file names (its first line), when it runs. */
export function findPid(pidFile: string): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 1 && isRunning(pid) ? pid : undefined;
}

async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  for (let waited = 0; waited < timeoutMs; waited += pollMs) {
    if (!isRunning(pid)) return true;
    await delay(pollMs);
  }
  return !isRunning(pid);
}

/** Asks a process to end, and kills it when it has not ended after `timeoutMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs = 10_000): Promise<void> {
  if (!isRunning(pid)) return;
  process.kill(pid, signal);
  if (await waitForEnd(pid, timeoutMs)) return;
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid, timeoutMs);
}

/**
 * Ends the process that an earlier run left behind and removes its pid file; answers whether there was one. A pid
 * that meanwhile belongs to another program (its command line does not match) is left alone.
 */
export async function endLeftover(
  pidFile: string,
  matches: RegExp,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const pid = findPid(pidFile);
  const isOurs = pid !== undefined && matches.test(commandLineOf(pid));
  if (isOurs) await endProcess(pid, signal);
  rmSync(pidFile, { force: true });
  return isOurs;
}
