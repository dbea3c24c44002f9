/** Works through a list with so many at a time; rejects with the first failure, after what had begun has settled. */
export async function eachInTurn<T>(
  list: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = list.values();
  const lanes = Array.from({ length: Math.min(atATime, list.length) }, async () => {
    for (const item of rest) await work(item);
  });
  const failure = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
  if (failure) throw failure.reason;
}
