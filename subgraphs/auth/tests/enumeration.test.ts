import { expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { authWorld } from './world.ts';

const world = await authWorld({ SIGN_IN_FAILURES_PER_ACCOUNT: '100000' });
const rounds = 80;
const warmUp = 5;

/** How often a value of the left list is the greater one: 0.5 when nothing tells the lists apart. */
const areaUnderCurve = (left: readonly number[], right: readonly number[]): number =>
  left.flatMap((a) => right.map((b) => (a > b ? 1 : 0))).reduce<number>((sum, win) => sum + win, 0) /
  (left.length * right.length);

it('takes as long to refuse an unknown address as a wrong password', async () => {
  const { email: known } = await world.someUser();
  const timed = async (email: string): Promise<number> => {
    const ipAddress = `2001:db8:${newRowId().slice(-4)}:${newRowId().slice(-4)}::1`;
    const startedAt = performance.now();
    await world.signIn(email, 'not the right password', { ipAddress });
    return performance.now() - startedAt;
  };
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const pair = { known: await timed(known), unknown: await timed(`${newRowId()}@example.org`) };
    if (round < warmUp) continue;
    times.known.push(pair.known);
    times.unknown.push(pair.unknown);
  }
  const area = areaUnderCurve(times.known, times.unknown);
  expect(area).toBeGreaterThan(0.35);
  expect(area).toBeLessThan(0.65);
}, 60_000);
