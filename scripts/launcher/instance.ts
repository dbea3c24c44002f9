import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, findPid } from '@studymate/embedded';
import { stateDirectory } from './workspace.ts';

/** Makes this process the one that runs on the state folder; refuses when another does. Answers how to let go. */
export function claimStateFolder(): () => void {
  const file = join(stateDirectory(), 'studymate.pid');
  const other = findPid(file);
  if (other !== undefined && /scripts\/(start|dev)\.ts/.test(commandLineOf(other))) {
    throw new Error(
      `StudyMate already runs here (process ${other}): stop it with Ctrl-C in its terminal or \`kill ${other}\`, or set RUN_DIRECTORY and other ports for a second one.`,
    );
  }
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}
