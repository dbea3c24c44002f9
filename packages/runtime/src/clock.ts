/** The current instant. Passed in wherever time matters, so that tests can set it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** A clock that stands at one instant. */
export const fixedClock =
  (instant: Date): Clock =>
  () =>
    new Date(instant);

/**
 * The process's clock: TEST_CLOCK (an ISO instant at process start, running on from there) where it is set,
 * else the system's. Refuses TEST_CLOCK in production.
 */
export function processClock(env: NodeJS.ProcessEnv = process.env): Clock {
  if (env.TEST_CLOCK === undefined) return systemClock;
  if (env.NODE_ENV === 'production') throw new Error('TEST_CLOCK is refused in production.');
  const offset = new Date(env.TEST_CLOCK).getTime() - Date.now();
  if (Number.isNaN(offset)) throw new Error('TEST_CLOCK must be an ISO 8601 instant.');
  return () => new Date(Date.now() + offset);
}
