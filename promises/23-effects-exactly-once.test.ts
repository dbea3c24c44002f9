import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChaosHouse, startChaosHouse } from '../scripts/chaos/house.ts';
import { type ChaosReport, runChaos } from '../scripts/chaos/run-chaos.ts';
import { someSite } from '../tests/end-to-end/house.ts';
import { isFull } from './recorded-house.ts';

const attempts = isFull ? 2_000 : 80;
/** The producer with its relay, the relay of its worker, what carries the events, and those who hear of them. */
const parts = ['quiz', 'quiz-worker', 'redis', 'study-worker', 'notification-worker', 'subscription-worker'];
const kills = isFull
  ? Array.from({ length: 20 }, (_, index) => parts[index % parts.length] ?? 'quiz')
  : ['quiz', 'quiz-worker', 'redis', 'study-worker'];

const site = await someSite('effects');
let house: ChaosHouse | undefined;
afterAll(() => house?.stop(), 60_000);

describe(`each effect of ${attempts} quiz completions`, () => {
  let report: ChaosReport;

  beforeAll(async () => {
    house = await startChaosHouse({ directory: site.directory, environment: site.ports.environment });
    const plan = {
      writers: 8,
      durationMs: isFull ? 180_000 : 40_000,
      kills,
      mix: ['attempt'] as const,
      attempts,
    };
    report = await runChaos(house, plan, () => undefined);
  }, 1_500_000);

  it('happens once: in the study days, the use of the plan, the notifications and what is known of the skill', () => {
    expect(report.kills).toHaveLength(kills.length);
    expect(report.attempts).toBeGreaterThanOrEqual(attempts);
    expect(report.wrongEffects).toEqual([]);
  });

  it('has happened within seconds of the last one', () => {
    expect(report.settledSeconds).toBeLessThan(60);
  });
});
