import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChaosHouse, startChaosHouse } from '../scripts/chaos/house.ts';
import { type ChaosReport, runChaos } from '../scripts/chaos/run-chaos.ts';
import { someSite } from '../tests/end-to-end/house.ts';
import { isFull } from './recorded-house.ts';

const durationMs = isFull ? 300_000 : 60_000;
/** In the short form every kind of process is killed once; which subgraph and which worker is left to chance. */
const short = (targets: readonly string[]): string[] => {
  const oneOf = (names: readonly string[]) => names[Math.floor(Math.random() * names.length)] ?? '';
  const workers = targets.filter((name) => name.endsWith('-worker'));
  return ['postgres', 'redis', 'gateway', oneOf(workers), oneOf(['study', 'quiz', 'subscription'])];
};

const site = await someSite('chaos');
let house: ChaosHouse | undefined;
afterAll(() => house?.stop(), 60_000);

describe('an acknowledged write', () => {
  let report: ChaosReport;

  beforeAll(async () => {
    house = await startChaosHouse({ directory: site.directory, environment: site.ports.environment });
    const kills = isFull ? house.targets.flatMap((name) => [name, name, name]) : short(house.targets);
    const mix = ['card', 'attempt', 'session', 'credit', 'card', 'subject'] as const;
    const lines: string[] = [];
    report = await runChaos(house, { writers: 8, durationMs, kills, mix }, (line) => lines.push(line));
  }, durationMs + 600_000);

  it('is never lost, whatever was killed', () => {
    expect(report.kills.length).toBeGreaterThanOrEqual(5);
    expect(report.acknowledged).toBeGreaterThan(20);
    expect(report.lost).toEqual([]);
  });

  it('is there once, and not at all when it was refused', () => {
    expect(report.duplicated).toEqual([]);
    expect(report.ghosts).toEqual([]);
    expect(report.unknown).toBe(0);
  });

  it('has each of its effects in other domains once', () => {
    expect(report.attempts).toBeGreaterThan(2);
    expect(report.wrongEffects).toEqual([]);
  });
});
