/**
 * Starts StudyMate with everything it needs, and stops all of it again.
 *   start                              everything of ours in one process (WORKERS=apart: the workers in a second one)
 *   start --separate                   a process for each gateway replica (GATEWAYS=n), subgraph and worker
 *   start --traces                     with every request traced, and a page to see it on
 *   start --separate --only <name>     asks the running StudyMate to start that one process again
 */
import { parseArgs } from 'node:util';
import { requestRestart } from './launcher/control.ts';
import { stayInFront } from './launcher/foreground.ts';
import { launch } from './launcher/launch.ts';
import { runScript } from './launcher/workspace.ts';

await runScript(async () => {
  const { values } = parseArgs({
    options: { separate: { type: 'boolean' }, traces: { type: 'boolean' }, only: { type: 'string' } },
  });
  if (values.traces) process.env.TRACES = '1';
  if (values.only === undefined) {
    await stayInFront((onEnd) => launch(values.separate === true, onEnd));
    return;
  }
  await requestRestart(values.only);
  console.log(`✔ ${values.only} runs again`);
});
if (process.exitCode) process.exit();
