import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '@studymate/schema-engine/connection';
import { type Audit, audit } from './audit.ts';
import type { ChaosHouse } from './house.ts';
import { type Kind, openLedger, recoverySeconds } from './ledger.ts';
import { meetWriters } from './people.ts';
import { keepWriting } from './writer.ts';

export interface ChaosPlan {
  readonly writers: number;
  readonly durationMs: number;
  /** What is killed, each name as often as it stands here, at random moments and in random order. */
  readonly kills: readonly string[];
  readonly mix: readonly Kind[];
  /** Writes on, beyond the duration, until so many attempts are submitted. */
  readonly attempts?: number;
}

export interface Kill {
  readonly target: string;
  readonly atSeconds: number;
  readonly recoverySeconds: number | null;
}

export interface ChaosReport extends Audit {
  readonly kills: readonly Kill[];
  readonly requests: number;
  readonly seconds: number;
  readonly refusals: Readonly<Record<string, number>>;
}

/** Time without kills at both ends: to see what is usual, and to heal. */
const warmUpMs = 10_000;
const coolDownMs = 15_000;

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);

/** A moment for each kill: spread over the time there is, each anywhere in its share of it. */
function momentsOf(plan: ChaosPlan): { target: string; atMs: number }[] {
  const shareMs = Math.max(0, plan.durationMs - warmUpMs - coolDownMs) / Math.max(1, plan.kills.length);
  return shuffled(plan.kills).map((target, index) => ({
    target,
    atMs: warmUpMs + (index + Math.random()) * shareMs,
  }));
}

function killNow(house: ChaosHouse, target: string): boolean {
  try {
    house.kill(target);
    return true;
  } catch {
    return false;
  }
}

/** Writers write, parts of the house are killed, and everything is read back. `report` gets a line for each kill. */
export async function runChaos(
  house: ChaosHouse,
  plan: ChaosPlan,
  report: (line: string) => void,
): Promise<ChaosReport> {
  const writers = await meetWriters(house, plan.writers);
  // What was just installed is on the disk before anything is killed, as it is in a house that has run for a while.
  await withClient(house.databaseUrl, (client) => client.query('CHECKPOINT'));
  report(`${writers.length} writers are ready`);
  const ledger = openLedger();
  const elapsedMs = () => performance.now() - ledger.startedAt;
  const submitted = () =>
    ledger.writes.filter(({ kind, isFinished }) => kind === 'attempt' && isFinished).length;
  const goesOn = () => elapsedMs() < plan.durationMs || submitted() < (plan.attempts ?? 0);
  const writing = Promise.all(
    writers.map((writer) => keepWriting(writer, ledger, { mix: plan.mix, goesOn })),
  );
  const killed: { target: string; atMs: number }[] = [];
  for (const { target, atMs } of momentsOf(plan)) {
    await delay(Math.max(0, atMs - elapsedMs()));
    const isKilled = killNow(house, target);
    const seconds = (elapsedMs() / 1_000).toFixed(1);
    if (isKilled) killed.push({ target, atMs: elapsedMs() });
    report(`${seconds} s  ${isKilled ? 'killed' : 'found dead'} ${target}`);
  }
  await house.healed();
  await writing;
  const endedAtMs = elapsedMs();
  report('reading everything back');
  const found = await audit(house.databaseUrl, ledger, writers);
  const refused = Map.groupBy(
    ledger.writes.flatMap(({ refusal, kind }) => (refusal === null ? [] : [`${kind} ${refusal}`])),
    (refusal) => refusal,
  );
  return {
    ...found,
    kills: killed.map(({ target, atMs }) => ({
      target,
      atSeconds: atMs / 1_000,
      recoverySeconds: recoverySeconds(ledger, {
        killedAtMs: atMs,
        undisturbedMs: warmUpMs,
        untilMs: endedAtMs,
      }),
    })),
    requests: ledger.successes.length,
    seconds: endedAtMs / 1_000,
    refusals: Object.fromEntries([...refused].map(([refusal, all]) => [refusal, all.length])),
  };
}
