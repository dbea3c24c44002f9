import { spawn } from 'node:child_process';

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

/** npm leaves its scripts behind when it is killed; they notice by their parent changing. */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, parentCheckMs);
  timer.unref();
}
