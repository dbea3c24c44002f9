import { setTimeout as pause } from 'node:timers/promises';

const youngMs = 60_000;
const pollMs = 150;
const maxPolls = 20;

/**
 * Reads what another domain tells of by an event. The event may still be on its way when a client already
 * uses the id, so a missing row whose id is younger than a minute is waited for, 3 s at most. Not to be called inside
 * a transaction: that would hold its connection meanwhile.
 */
export async function findDespiteLag<Row>(
  read: () => Promise<Row | null>,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<Row | null> {
  let row = await read();
  for (let poll = 0; row === null && poll < maxPolls && isYoung(id, now); poll += 1) {
    await pause(pollMs);
    row = await read();
  }
  return row;
}

/** An opaque id is a UUIDv7: its first 48 bits are the milliseconds since 1970 (RFC 9562, 5.7). */
function isYoung(id: string, now: Date): boolean {
  const [, high, low] = /^[a-z]{2,3}_([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id) ?? [];
  if (high === undefined || low === undefined) return false;
  return Math.abs(now.getTime() - Number.parseInt(high + low, 16)) < youngMs;
}
