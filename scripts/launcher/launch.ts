import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { announce } from './announcement.ts';
import { listenForRestarts } from './control.ts';
import { domainUrls } from './databases.ts';
import { eachInTurn } from './in-turn.ts';
import { type Infrastructure, startInfrastructure } from './infrastructure.ts';
import { claimStateFolder } from './instance.ts';
import { type ProcessPlan, planSeparate, planTogether } from './plan.ts';
import { readSettings, type Settings } from './settings.ts';
import { onceFor } from './stamps.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { listDomains, root, runDirectory } from './workspace.ts';

export interface Launched {
  readonly supervisor: Supervisor;
  /** The processes of the house. */
  readonly names: readonly string[];
  /** Applies migrations that came after the start. */
  migrate(): Promise<void>;
  stop(): Promise<void>;
}

/** Where a process of the house finds everything: of the databases only those of its own domains. */
function createEnvironmentOf(settings: Settings, infrastructure: Infrastructure) {
  const { DATABASE_URL = '', ...parts } = infrastructure.environment;
  const { DATABASE_URL: _server, ...inherited } = process.env;
  return (plan: ProcessPlan): NodeJS.ProcessEnv => ({
    PUBLIC_URL: `http://127.0.0.1:${settings.GATEWAY_PORT}`,
    GATEWAY_PORT: `${settings.GATEWAY_PORT}`,
    DATABASE_POOL_MAX: '5',
    ...parts,
    ...inherited,
    ...domainUrls(
      DATABASE_URL,
      listDomains().filter((domain) => plan.domains.includes(domain)),
    ),
    ...plan.environment,
  });
}

function prepareDatabases(DATABASE_URL: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/launcher/prepare-databases.ts'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let problem = '';
    child.stderr.on('data', (chunk) => {
      problem += chunk;
    });
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`The databases are not ready: ${problem.trim().replace(/^✖ /, '')}`)),
    );
  });
}

/** On our own server the databases are as they were left; they are only prepared when migrations or seeds changed. */
async function prepareWhenChanged(settings: Settings, prepare: () => Promise<void>): Promise<void> {
  if (settings.DATABASE_URL) return prepare();
  const stamp = join(runDirectory, 'postgres', 'prepared');
  await onceFor(
    stamp,
    { inputs: ['prisma', 'packages/contracts/src'].map((path) => join(root, path)), outputs: [] },
    prepare,
  );
}

/** Starts infrastructure, databases and house, in that order, and announces them. On failure nothing stays up. */
export async function launch(isSeparate: boolean, onEnd: (reason: string) => void): Promise<Launched> {
  const startedAt = performance.now();
  const settings = readSettings();
  const release = claimStateFolder();
  const report = (line: string) => console.log(`▸ ${line}`);
  const stops: (() => unknown)[] = [release];
  let isUp = false;
  const stop = async () => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    const infrastructure = await startInfrastructure(settings, report);
    stops.push(infrastructure.stop);
    const prepare = () => prepareDatabases(infrastructure.environment.DATABASE_URL ?? '');
    await prepareWhenChanged(settings, prepare);
    const supervisor = createSupervisor({
      environmentOf: createEnvironmentOf(settings, infrastructure),
      restarts: settings.restarts,
      onExit: (name, how) => {
        if (!isUp) return;
        console.error(`✖ ${name} ended (${how}), see run/logs/${name}.log`);
        if (!isSeparate && !settings.restarts) onEnd(`${name} ended`);
      },
    });
    stops.push(supervisor.stopAll);
    report(
      isSeparate
        ? 'Starting every part as its own process'
        : 'Starting the gateway, the subgraphs and their workers',
    );
    const plans = isSeparate ? planSeparate(settings) : planTogether(settings);
    // All at once would only make all of them late.
    await eachInTurn(plans, availableParallelism() + 1, supervisor.start);
    stops.push(await listenForRestarts(supervisor.restart));
    isUp = true;
    announce(urlsOf(settings, infrastructure, isSeparate), (performance.now() - startedAt) / 1000);
    const names = plans.map(({ name }) => name);
    return { supervisor, names, migrate: prepare, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function urlsOf(
  settings: Settings,
  infrastructure: Infrastructure,
  isSeparate: boolean,
): Record<string, string> {
  const gateway = `http://127.0.0.1:${settings.GATEWAY_PORT}`;
  const replicas = isSeparate ? settings.gateways : 1;
  const others = Array.from({ length: replicas - 1 }, (_, index) => [
    `gateway${index + 2}`,
    `http://127.0.0.1:${settings.gatewayPort(index + 2)}`,
  ]);
  return { gateway, ...Object.fromEntries(others), sandbox: `${gateway}/sandbox`, ...infrastructure.urls };
}
