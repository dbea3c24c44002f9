/**
 * Asks `perSecond` times a second, whether or not there was an answer yet, for so long; resolves with all answers, in the
 * order in which they were asked for.
 */
export async function keepPace<T>(
  ask: (turn: number) => Promise<T>,
  { perSecond, durationMs }: { readonly perSecond: number; readonly durationMs: number },
): Promise<T[]> {
  const asked: Promise<T>[] = [];
  await new Promise<void>((resolve) => {
    const ticking = setInterval(() => asked.push(ask(asked.length)), 1_000 / perSecond);
    setTimeout(() => {
      clearInterval(ticking);
      resolve();
    }, durationMs);
  });
  return Promise.all(asked);
}
