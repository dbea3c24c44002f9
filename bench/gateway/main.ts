import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare } from './comparison.ts';
import { installPeers } from './install-peers.ts';
import { renderTable, summarizeSamples } from './report.ts';
import { startSurroundings } from './surroundings.ts';
import { type TargetName, targetMakers } from './targets.ts';
import { quickly, workloads } from './workloads.ts';

const usage = `Usage: npm run bench:gateway [-- options]
  --json FILE         write the figures there too
  --targets a,b       of: ${Object.keys(targetMakers).join(', ')}
  --workloads a,b     of: ${workloads.map(({ name }) => name).join(', ')}
  --connections N     requests under way at once, 50
  --quick             a quarter of the measured requests
  --profile           write profiles of what Node runs to run/bench/gateway/profiles; spoils the figures`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      targets: { type: 'string' },
      workloads: { type: 'string' },
      connections: { type: 'string', default: '50' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const chosen = <T extends string>(all: readonly T[], given: string | undefined): readonly T[] => {
    const names = given?.split(',') ?? all;
    const unknown = names.find((name) => !all.some((one) => one === name));
    if (unknown !== undefined) throw new Error(`There is no ${unknown}.\n${usage}`);
    return all.filter((name) => names.includes(name));
  };
  const names = chosen(
    workloads.map(({ name }) => name),
    values.workloads,
  );
  const some = workloads.filter(({ name }) => names.includes(name));
  return {
    ...values,
    targets: chosen(Object.keys(targetMakers) as TargetName[], values.targets),
    workloads: values.quick ? quickly(some) : some,
    connections: Number(values.connections),
    isProfiled: values.profile,
  };
}

async function run(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(usage);
  installPeers();
  const surroundings = await startSurroundings();
  try {
    const report = summarizeSamples(await compare(surroundings, { ...options, repeats: 3 }));
    console.log(`\n${renderTable(report)}`);
    if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await surroundings.stop();
  }
}

// Ending here ends what was started as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

run().catch((error: unknown) => {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
