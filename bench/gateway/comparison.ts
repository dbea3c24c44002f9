import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyLoad } from './load.ts';
import { benchDirectory, ports, urlOf } from './places.ts';
import { type RunningTarget, startTarget } from './running-target.ts';
import { answerDirectly } from './shop/reference.ts';
import { subgraphs } from './shop/subgraphs.ts';
import type { Surroundings } from './surroundings.ts';
import { type TargetName, targetMakers } from './targets.ts';
import type { Workload } from './workloads.ts';

/** What one repeat cost. */
export interface Sample {
  readonly target: TargetName;
  readonly workload: string;
  /** Milliseconds of processor time for each request. */
  readonly processorMs: number;
  readonly requestsPerSecond: number;
  /** Milliseconds that 99 of 100 answers took at most. */
  readonly p99Ms: number;
}

export interface ComparisonOptions {
  readonly targets: readonly TargetName[];
  readonly workloads: readonly Workload[];
  readonly repeats: number;
  readonly connections: number;
  readonly isProfiled: boolean;
}

const expectedFor = ({ query }: Workload): unknown => JSON.parse(JSON.stringify(answerDirectly(query)));

interface Asking {
  readonly workload: Workload;
  readonly requests: number;
  readonly connections: number;
  readonly authorizations: readonly string[];
}

const ask = ({ url }: RunningTarget, { workload, ...load }: Asking) =>
  applyLoad({ url, query: workload.query, expected: expectedFor(workload), ...load });

async function measure(target: RunningTarget, asking: Asking): Promise<Omit<Sample, 'target'>> {
  const before = target.processorSeconds();
  const { seconds, latencies } = await ask(target, asking);
  const spent = target.processorSeconds() - before;
  return {
    workload: asking.workload.name,
    processorMs: (spent * 1000) / asking.requests,
    requestsPerSecond: asking.requests / seconds,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  };
}

/** Writes down which fetches our gateway answers each workload with, for the limits to make the same. */
async function recordFetches(surroundings: Surroundings, workloads: readonly Workload[]): Promise<string> {
  const port = ports.targets;
  const target = await startTarget({ name: 'recording', ...targetMakers['ours-bare'](port) }, { port });
  const answers = [];
  try {
    for (const workload of workloads) {
      const fetches = await surroundings.record(async () => {
        await ask(target, { workload, requests: 1, connections: 1, authorizations: ['Bearer none'] });
      });
      const steps = Object.values(Object.groupBy(fetches, ({ step }) => step));
      answers.push({ query: workload.query, steps, answer: expectedFor(workload) });
    }
  } finally {
    await target.stop();
  }
  const recording = join(benchDirectory, 'recording.json');
  const urls = Object.fromEntries(subgraphs.map(({ name }) => [name, urlOf(name)]));
  writeFileSync(recording, JSON.stringify({ urls, answers }));
  return recording;
}

interface Contender {
  readonly name: TargetName;
  readonly running: RunningTarget;
  /** Those that it answers rightly. */
  readonly workloads: readonly Workload[];
}

/** Warms a gateway up. A peer that answers wrongly is left out of that workload; ours must not. */
async function warmUp(name: TargetName, running: RunningTarget, load: WarmUpLoad): Promise<Contender> {
  const right: Workload[] = [];
  for (const workload of load.workloads) {
    try {
      await ask(running, { ...load, workload, requests: workload.warmUp });
      right.push(workload);
    } catch (error) {
      if (name.startsWith('ours')) throw error;
      console.log(`✖ ${name} is left out of ${workload.name}: ${String(error)}`);
    }
  }
  console.log(`warm: ${name}`);
  return { name, running, workloads: right };
}

type WarmUpLoad = Pick<ComparisonOptions, 'workloads' | 'connections'> & Pick<Asking, 'authorizations'>;

/**
 * Measures every target with every workload: all are started and warmed up first, then take turns. Rejects when one
 * of ours, or one that answered rightly before, answers anything but what the reference does.
 */
export async function compare(surroundings: Surroundings, options: ComparisonOptions): Promise<Sample[]> {
  const { targets, workloads, repeats, connections, isProfiled } = options;
  const { authorizations, keysUrl } = surroundings.issuer;
  const recording = await recordFetches(surroundings, workloads);
  const contenders: Contender[] = [];
  const samples: Sample[] = [];
  try {
    for (const [index, name] of targets.entries()) {
      const port = ports.targets + index;
      const target = { name, ...targetMakers[name](port, { keysUrl, recording }) };
      const running = await startTarget(target, { port, isProfiled });
      contenders.push({ name, running, workloads: [] });
      contenders[index] = await warmUp(name, running, { workloads, connections, authorizations });
    }
    for (let repeat = 1; repeat <= repeats; repeat++) {
      for (const workload of workloads) {
        for (const contender of contenders.filter((one) => one.workloads.includes(workload))) {
          const asking = { workload, requests: workload.measured, connections, authorizations };
          samples.push({ target: contender.name, ...(await measure(contender.running, asking)) });
        }
      }
      console.log(`repeat ${repeat} of ${repeats}`);
    }
  } finally {
    await Promise.all(contenders.map(({ running }) => running.stop()));
  }
  return samples;
}
