import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '@studymate/schema-engine/connection';
import { type Audit, audit } from './audit.ts';
import type { ChaosHouse } from './house.ts';
import { goodput, type Kind, type Ledger, openLedger, recoverySeconds } from './ledger.ts';
import { meetWriters } from './people.ts';
import { keepWriting } from './writer.ts';

export interface ChaosPlan {
  readonly writers: number;
  /** How long is written at least; no kill begins in the last `lastCalmMs` of it, if it is long enough for one. */
  readonly durationMs: number;
  /** What is killed, each name as often as it stands here, in rounds of random order. */
  readonly kills: readonly string[];
  /** Leave out the kills for which there is no time, rather than write on. */
  readonly isTimed?: boolean;
  /** Undisturbed time before each kill, by which is known what is usual. */
  readonly calmMs?: number;
  readonly mix: readonly Kind[];
  /** Writes on, beyond the duration, until so many attempts are submitted. */
  readonly attempts?: number;
}

export interface Kill {
  readonly target: string;
  readonly atSeconds: number;
  /** Until 95 % of the goodput before; null when that was not seen. */
  readonly recoverySeconds: number | null;
}

export interface ChaosReport extends Audit {
  readonly kills: readonly Kill[];
  readonly requests: number;
  readonly seconds: number;
  readonly refusals: Readonly<Record<string, number>>;
}

const warmUpMs = 4_000;
const defaultCalmMs = 6_000;
/** Each kill comes at a random moment of this time after the calm. */
const randomMs = 2_000;
const lastCalmMs = 15_000;
/** A house that has not recovered by then is taken as it is. */
const patienceMs = 60_000;
const lookEveryMs = 100;

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);

/** Answers how to ask whether it is back; null when it was dead. */
function killNow(house: ChaosHouse, target: string): (() => boolean) | null {
  try {
    return house.kill(target);
  } catch {
    return null;
  }
}

/** Every part once, in random order, before any of them is killed again. */
function inRounds(kills: readonly string[]): string[] {
  const rounds: string[][] = [];
  for (const [name, all] of Map.groupBy(kills, (kill) => kill)) {
    for (const [round] of all.entries()) rounds[round] = [...(rounds[round] ?? []), name];
  }
  return rounds.flatMap(shuffled);
}

interface Battle {
  readonly house: ChaosHouse;
  readonly ledger: Ledger;
  readonly calmMs: number;
  readonly elapsedMs: () => number;
}

/** Kills one part and waits until it is back and the house has recovered, as far as it does. Null: it was dead already. */
async function killAndHeal(
  { house, ledger, calmMs, elapsedMs }: Battle,
  target: string,
): Promise<Kill | null> {
  const killedAtMs = elapsedMs();
  const usual = goodput(ledger, killedAtMs - calmMs, killedAtMs);
  const isBack = killNow(house, target);
  if (!isBack) return null;
  let seconds: number | null = null;
  while (elapsedMs() < killedAtMs + patienceMs) {
    await delay(lookEveryMs);
    seconds ??= recoverySeconds(ledger, { killedAtMs, usual, untilMs: elapsedMs() });
    if (seconds !== null && isBack()) break;
  }
  await house.healed();
  return { target, atSeconds: killedAtMs / 1_000, recoverySeconds: seconds };
}

const inWords = (kill: Kill | null, target: string): string => {
  if (!kill) return `${target} was found dead`;
  const { recoverySeconds: seconds, atSeconds } = kill;
  const recovery = seconds === null ? 'not seen to recover' : `back to 95 % after ${seconds.toFixed(1)} s`;
  return `${atSeconds.toFixed(1)} s  killed ${target}: ${recovery}`;
};

/** Kills one part after the other, each in a house that has recovered from the one before. */
async function killAll(battle: Battle, plan: ChaosPlan, report: (line: string) => void): Promise<Kill[]> {
  const kills: Kill[] = [];
  await delay(warmUpMs);
  for (const target of inRounds(plan.kills)) {
    if (plan.isTimed && battle.elapsedMs() + battle.calmMs + lastCalmMs > plan.durationMs) break;
    await delay(battle.calmMs + Math.random() * randomMs);
    const kill = await killAndHeal(battle, target);
    report(inWords(kill, target));
    if (kill) kills.push(kill);
  }
  return kills;
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
  let isKilling = true;
  const goesOn = () => isKilling || elapsedMs() < plan.durationMs || submitted() < (plan.attempts ?? 0);
  const writing = Promise.all(
    writers.map((writer) => keepWriting(writer, ledger, { mix: plan.mix, goesOn })),
  );
  const battle = { house, ledger, calmMs: plan.calmMs ?? defaultCalmMs, elapsedMs };
  const kills = await killAll(battle, plan, report).finally(() => {
    isKilling = false;
  });
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
    kills,
    requests: ledger.successes.length,
    seconds: endedAtMs / 1_000,
    refusals: Object.fromEntries([...refused].map(([refusal, all]) => [refusal, all.length])),
  };
}
