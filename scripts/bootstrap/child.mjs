import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const parentCheckMs = 1000;

/**
 * Runs a command in the foreground and answers its exit code. Signals are passed on; when this process dies the
 * command learns of it by its IPC channel, and when npm, which started this, dies, the command is stopped.
 */
export function runInFront([command, ...parameters], { root, environment }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      cwd: root,
      env: environment,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, () => child.kill(signal));
    watchParent(() => child.kill('SIGTERM'));
    child.once('error', () => reject(new Error(`${command} could not be run.`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
  });
}

/** What the system says of a process, on systems that have /proc. */
function describeProcess(pid) {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent };
  } catch {
    return {};
  }
}

/**
 * npm leaves its scripts behind when it is killed; they notice by losing their parent. Where a shell stands between
 * npm and this process, that shell's parent counts too.
 */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const isShell = /^(ba|da|a|z|)sh$/.test(describeProcess(process.ppid).name ?? '');
  const ancestry = () => `${process.ppid} ${isShell ? describeProcess(process.ppid).parent : ''}`;
  const atStart = ancestry();
  const timer = setInterval(() => {
    if (ancestry() === atStart) return;
    clearInterval(timer);
    onGone();
  }, parentCheckMs);
  timer.unref();
}
