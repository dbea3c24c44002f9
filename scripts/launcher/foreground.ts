import type { Launched } from './launch.ts';
import { describe } from './workspace.ts';

/**
 * Keeps a launch in the foreground: Ctrl-C, the end of the parent, or a failure stops everything it started, and then
 * this process.
 */
export async function stayInFront(
  launch: (onEnd: (reason: string) => void) => Promise<Launched>,
): Promise<Launched> {
  let launching: Promise<Launched> | undefined;
  let isEnding = false;
  const end = (reason: string, code: number) => {
    if (isEnding) return;
    isEnding = true;
    console.log(`▸ Stopping (${reason})`);
    const stopped = launching?.then((launched) => launched.stop());
    Promise.resolve(stopped).then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal, 0));
  process.on('disconnect', () => end('its terminal is gone', 0));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      console.error(`✖ ${describe(error)}`);
      end('a failure', 1);
    });
  }
  launching = launch((reason) => end(reason, 1));
  return launching;
}
