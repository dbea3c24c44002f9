/**
 * Starts StudyMate with everything it needs, and stops all of it again.
 *   start                              gateway and subgraphs in one process, workers in another
 *   start --separate                   a process for each gateway replica (GATEWAYS=n), subgraph and worker
 *   start --separate --only <name>     asks the running StudyMate to start that one process again
 */
import { parseArgs } from 'node:util';
import { requestRestart } from './launcher/control.ts';
import { type Launched, launch } from './launcher/launch.ts';
import { describe, runScript } from './launcher/workspace.ts';

let launching: Promise<Launched> | undefined;
let isEnding = false;

function end(reason: string, code: number): void {
  if (isEnding) return;
  isEnding = true;
  console.log(`▸ Stopping (${reason})`);
  const stopped = launching?.then((launched) => launched.stop()).catch(() => undefined);
  void Promise.resolve(stopped).finally(() => process.exit(code));
}

await runScript(async () => {
  const { values } = parseArgs({ options: { separate: { type: 'boolean' }, only: { type: 'string' } } });
  if (values.only !== undefined) {
    await requestRestart(values.only);
    console.log(`✔ ${values.only} runs again`);
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal, 0));
  process.on('disconnect', () => end('its terminal is gone', 0));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      console.error(`✖ ${describe(error)}`);
      end('a failure', 1);
    });
  }
  launching = launch(values.separate === true, (reason) => end(reason, 1));
  await launching;
});
if (process.exitCode) process.exit();
