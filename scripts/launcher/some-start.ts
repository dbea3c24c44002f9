import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFreePort } from '@studymate/embedded';

const root = resolve(import.meta.dirname, '../..');
const portNames = [
  ...['GATEWAY', 'AUTH', 'STUDY', 'QUIZ', 'SUBSCRIPTION', 'NOTIFICATION', 'AI', 'PERSONALIZATION', 'RELAY'],
  ...['MAIL', 'OBJECTS', 'SMTP', 'STRIPE_STAND_IN', 'POSTGRES', 'REDIS'],
];

/** A folder for the state of starts, named so that the next test run clears it after a crash of this one. */
export function someStateFolder(): string {
  mkdirSync(join(root, 'run/test'), { recursive: true });
  return mkdtempSync(join(root, 'run/test', `${process.pid}-start-`));
}

/** Free ports, a state folder of its own, and nothing of the test run's servers. */
export async function someEnvironment(runDirectory: string): Promise<NodeJS.ProcessEnv> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, NODE_OPTIONS: _options, ...rest } = process.env;
  const ports: Record<string, string> = {};
  for (const name of portNames) ports[`${name}_PORT`] = `${await findFreePort()}`;
  return { ...rest, ...ports, NODE_ENV: 'development', LOG_LEVEL: 'info', RUN_DIRECTORY: runDirectory };
}

/** A start of StudyMate as a process; what it prints, and how it ends. */
export interface Start {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  /** Resolves with the output once it matches; rejects when the process ends before. */
  prints(pattern: RegExp): Promise<string>;
}

export function someStart(environment: NodeJS.ProcessEnv, parameters: readonly string[] = []): Start {
  const child = spawn(process.execPath, ['scripts/start.ts', ...parameters], { cwd: root, env: environment });
  let output = '';
  const readers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      for (const read of readers) read();
    });
  }
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  return {
    child,
    output: () => output,
    ended,
    prints: (pattern) =>
      new Promise((done, fail) => {
        const read = () => (pattern.test(output) ? done(output) : undefined);
        readers.add(read);
        read();
        void ended.then(() => fail(new Error(`It ended before it printed ${pattern}:\n${output}`)));
      }),
  };
}
