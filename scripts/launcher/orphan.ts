const graceMs = 5_000;

/**
 * Without its launcher a process also lost the database and the queues that it would say goodbye to: a graceful stop
 * may never end, so it ends by itself after 5 s.
 */
export function endWhenOrphaned(): void {
  process.once('disconnect', () => setTimeout(() => process.exit(1), graceMs));
}
