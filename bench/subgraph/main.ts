/** What an entity fetch of twenty rows costs a subgraph of ours, beside its floor and the usual subgraph. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type RunningTarget, startTarget } from '../gateway/running-target.ts';
import { ports, startSurroundings } from './surroundings.ts';
import { listTargets, type SubgraphTarget } from './targets.ts';

const usage = `Usage: npm run bench:subgraph [-- options]
  --json FILE         write the figures there too
  --fetches N         measured in each repeat, 3000; as many go before to warm up
  --connections N     fetches under way at once, 10
  --profile           write profiles to run/bench/gateway/profiles; spoils the figures`;

const repeats = 3;

interface Contender {
  readonly target: SubgraphTarget;
  readonly running: RunningTarget;
  readonly processorMs: number[];
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      fetches: { type: 'string', default: '3000' },
      connections: { type: 'string', default: '10' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, load: { fetches: Number(values.fetches), connections: Number(values.connections) } };
}

async function measure(
  { target, running, processorMs }: Contender,
  load: ReturnType<typeof readOptions>['load'],
) {
  const before = running.processorSeconds();
  await target.fetch(running, load);
  processorMs.push(((running.processorSeconds() - before) * 1000) / load.fetches);
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

async function run(): Promise<void> {
  const { load, json, profile, help } = readOptions();
  if (help) return console.log(usage);
  const surroundings = await startSurroundings();
  const contenders: Contender[] = [];
  try {
    for (const target of listTargets(surroundings, ports.targets)) {
      const port = ports.targets + contenders.length;
      const running = await startTarget(target, { port, isProfiled: profile });
      contenders.push({ target, running, processorMs: [] });
    }
    for (const { target, running } of contenders) await target.fetch(running, load);
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const contender of contenders) await measure(contender, load);
    }
  } finally {
    for (const { running } of contenders) await running.stop();
    await surroundings.stop();
  }
  const figures = contenders.map(({ target: { name }, processorMs }) => ({
    name,
    processorMs: median(processorMs),
  }));
  const [floor] = figures;
  console.log(`| CPU ms for a fetch of 20 rows; Node ${process.version} | | × raw pg |\n|---|---|---|`);
  for (const { name, processorMs } of figures) {
    const ratio = processorMs / (floor?.processorMs ?? Number.NaN);
    console.log(`| ${name} | ${processorMs.toFixed(3)} | ${ratio.toFixed(1)} |`);
  }
  const report = { node: process.version, takenAt: new Date().toISOString(), ...load, figures };
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

run().catch((error: unknown) => {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
