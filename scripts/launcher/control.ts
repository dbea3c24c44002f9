import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, runDirectory } from './workspace.ts';

const socketPath = join(runDirectory, 'control.sock');

/** Lets another `npm start` ask this one to restart a process by name; local to whoever may read the state folder. */
export async function listenForRestarts(restart: (name: string) => Promise<void>): Promise<() => void> {
  rmSync(socketPath, { force: true });
  const server = createServer((socket) => {
    socket.once('data', (name) => {
      restart(String(name).trim()).then(
        () => socket.end('ok'),
        (error: unknown) => socket.end(describe(error)),
      );
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return () => server.close();
}

/** Asks the running launcher to start one process again; rejects with its reason when it cannot. */
export function requestRestart(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    let answer = '';
    socket.once('connect', () => socket.write(`${name}\n`));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('error', () =>
      reject(new Error('StudyMate is not running here: start it first, then restart a part of it.')),
    );
    socket.once('end', () =>
      answer === 'ok' ? resolve() : reject(new Error(answer || 'The launcher did not answer.')),
    );
  });
}
