/**
 * Proves that nothing is lost and nothing happens twice: starts a StudyMate of its own with every part as a process,
 * lets learners write through two gateways, kills one part after the other with SIGKILL, and reads everything back.
 *   chaos [--minutes 5] [--kills 3] [--port 24400]
 * Parts are killed one after the other, in random order, each in a house that does its usual work again: as many as
 * there is time for, or, with `--kills`, each so often however long it takes. It takes 15 ports from `--port` on and the one 100 above it. Exits 1 when an
 * acknowledged write is lost, a write is there twice, or an effect did not happen exactly once.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { domainPorts } from '@studymate/contracts';
import { startChaosHouse } from './chaos/house.ts';
import { type ChaosReport, runChaos } from './chaos/run-chaos.ts';
import { root, runScript } from './launcher/workspace.ts';

const portNames = [
  'GATEWAY',
  ...Object.keys(domainPorts).map((name) => name.toUpperCase()),
  ...['MAIL', 'OBJECTS', 'SMTP', 'STRIPE_STAND_IN', 'POSTGRES', 'REDIS'],
];

/** No less time than it takes to kill every part once. */
const killsOfAllMinutes = 2;
/** What is asked of a recovery. */
const soonSeconds = 15;

function show(report: ChaosReport): void {
  console.log(
    `\n${report.requests} requests in ${report.seconds.toFixed(0)} s, ${report.kills.length} kills`,
  );
  const slowest = new Map<string, string>();
  for (const { target, recoverySeconds } of report.kills) {
    const text = recoverySeconds === null ? 'not seen' : `${recoverySeconds.toFixed(1)} s`;
    slowest.set(target, [slowest.get(target), text].filter(Boolean).join(', '));
  }
  for (const [target, times] of slowest) console.log(`  ${target.padEnd(24)} back to 95 % after ${times}`);
  const soon = report.kills.filter(({ recoverySeconds: seconds }) => (seconds ?? Infinity) <= soonSeconds);
  console.log(`within ${soonSeconds} s   ${soon.length} of ${report.kills.length} recoveries`);
  const { acknowledged, unknown, attempts, settledSeconds, refusals } = report;
  console.log(`acknowledged  ${acknowledged}\nunknown       ${unknown}`);
  for (const name of ['lost', 'duplicated', 'ghosts'] as const) {
    console.log(`${name.padEnd(14)}${report[name].length}`);
    for (const each of report[name].slice(0, 20)) console.log(`  ${each}`);
  }
  console.log(`wrong effects ${report.wrongEffects.length} of ${attempts} submitted attempts`);
  for (const each of report.wrongEffects.slice(0, 20)) console.log(`  ${each}`);
  console.log(`settled       ${settledSeconds.toFixed(1)} s after the last write`);
  for (const [refusal, count] of Object.entries(refusals)) console.log(`refused       ${count} × ${refusal}`);
}

/** How often each part is killed at most. */
const rounds = (kills: string | undefined, minutes: number): number =>
  kills === undefined ? Math.ceil(minutes / killsOfAllMinutes) : Number(kills);

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      kills: { type: 'string' },
      port: { type: 'string', default: '24400' },
    },
  });
  const [minutes, port] = [Number(values.minutes), Number(values.port)];
  const environment = Object.fromEntries(portNames.map((name, index) => [`${name}_PORT`, `${port + index}`]));
  console.log('▸ Starting every part as its own process');
  const house = await startChaosHouse({ directory: join(root, 'run/chaos'), environment });
  try {
    const plan = {
      writers: 8,
      durationMs: minutes * 60_000,
      isTimed: values.kills === undefined,
      kills: house.targets.flatMap((target) => Array<string>(rounds(values.kills, minutes)).fill(target)),
      mix: ['card', 'attempt', 'session', 'credit', 'card', 'subject'] as const,
    };
    const report = await runChaos(house, plan, (line) => console.log(`▸ ${line}`));
    show(report);
    const wrong = [report.lost, report.duplicated, report.ghosts, report.wrongEffects].flat();
    if (wrong.length > 0) throw new Error(`${wrong.length} things are wrong.`);
    console.log('✔ nothing lost, nothing twice');
  } finally {
    await house.stop();
  }
});
if (process.exitCode) process.exit();
