import type { Logger } from './logger.ts';

const graceMs = 30_000;

/**
 * For a process that is up. Tells its parent, if that listens, that it is `ready`, and later that it is `stopping`.
 * Stops on SIGTERM, SIGINT, or when the parent that opened an IPC channel goes away; exits 0 after `stop`
 * settles and 1 when it fails or takes longer than 30 s.
 */
export function stopOnSignals(stop: () => Promise<void>, logger: Logger): void {
  let stopping = false;
  const leave = (reason: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    if (process.connected) process.send?.('stopping');
    setTimeout(() => process.exit(1), graceMs).unref();
    stop().then(
      () => {
        logger.info({}, 'stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'stop failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => leave('SIGTERM'));
  process.once('SIGINT', () => leave('SIGINT'));
  if (process.channel) process.once('disconnect', () => leave('parent gone'));
  process.send?.('ready');
}
