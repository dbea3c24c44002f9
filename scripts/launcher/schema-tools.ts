import { spawn } from 'node:child_process';
import { root } from './workspace.ts';

export interface SchemaToolsQuestion {
  readonly id: number;
  readonly task: 'compose' | 'generate';
}

export interface SchemaToolsAnswer {
  readonly id: number;
  /** What went wrong, in the tool's own words. */
  readonly problem: string | null;
}

export interface SchemaTools {
  /** Writes the composed schemas; breaking changes are allowed. */
  compose(): Promise<void>;
  /** Generates what changed. */
  generate(): Promise<void>;
  stop(): void;
}

/** Starts a process that composes and generates on demand, with the tools loaded. It ends with this one. */
export function startSchemaTools(): SchemaTools {
  const child = spawn(process.execPath, ['scripts/launcher/schema-tools-process.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (problem: string | null) => void>();
  let lastId = 0;
  child.on('message', ({ id, problem }: SchemaToolsAnswer) => {
    waiting.get(id)?.(problem);
    waiting.delete(id);
  });
  child.once('exit', () => {
    for (const settle of waiting.values()) settle('The schema tools ended; start again.');
    waiting.clear();
  });
  const ask = (task: SchemaToolsQuestion['task']) =>
    new Promise<void>((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, (problem) => (problem === null ? resolve() : reject(new Error(problem))));
      const question: SchemaToolsQuestion = { id: lastId, task };
      child.send(question, (error) => {
        if (error) waiting.get(question.id)?.(error.message);
      });
    });
  return { compose: () => ask('compose'), generate: () => ask('generate'), stop: () => child.kill() };
}
