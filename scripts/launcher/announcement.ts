import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoUsers } from '@studymate/contracts';
import { runDirectory } from './workspace.ts';

export const stateFile = join(runDirectory, 'studymate.json');

/** Writes down where everything is and who may sign in, and shows it. */
export function announce(urls: Readonly<Record<string, string>>, seconds: number): void {
  const logins = demoUsers.map(({ email, password, role }) => ({ email, password, role }));
  writeFileSync(`${stateFile}.draft`, `${JSON.stringify({ urls, logins }, null, 2)}\n`);
  renameSync(`${stateFile}.draft`, stateFile);
  const width = Math.max(...Object.keys(urls).map((name) => name.length));
  const lines = [
    `\n✔ StudyMate is up after ${seconds.toFixed(1)} s`,
    ...Object.entries(urls).map(([name, url]) => `  ${name.padEnd(width)}  ${url}`),
    '  sign in as',
    ...logins.map(({ email, password, role }) => `    ${role.padEnd(7)}  ${email}  ${password}`),
    '  Ctrl-C stops everything; `npm run story` walks through it in another terminal.\n',
  ];
  console.log(lines.join('\n'));
}
