import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { domainPorts, type SubgraphName } from '@studymate/contracts';
import type { Settings } from './settings.ts';
import { root } from './workspace.ts';

/** A process of the house: how it is started and how one sees that it is up. */
export interface ProcessPlan {
  /** Its pid is in `run/<name>.pid`, its output in `run/logs/<name>.log`. */
  readonly name: string;
  readonly script: string;
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whose databases it may know. */
  readonly domains: readonly string[];
  /** What answers 200 when it is up; without it the process says so itself. */
  readonly readyUrl?: string;
  /** Its successor is started while it still serves: there is one of it, and nothing goes unanswered meanwhile. */
  readonly handsOver?: boolean;
  /** The ports it listens on, by what they are for. */
  readonly ports: readonly { readonly port: number; readonly use: string; readonly setting: string }[];
}

/** How long a process says that it is not ready before it takes no more connections. */
const drainNoticeMs = 1_000;
/** Where the kernel lets two processes listen on one port. */
const canSharePorts = process.platform === 'linux';

const launcher = (file: string) => join(root, 'scripts/launcher', file);
const hasSource = (name: string, file: string) => existsSync(join(root, 'subgraphs', name, 'src', file));

export const listServers = () =>
  (Object.keys(domainPorts) as SubgraphName[]).filter((name) => hasSource(name, 'index.ts'));
export const listWorkers = () => listServers().filter((name) => hasSource(name, 'worker.ts'));

const gatewayPort = (settings: Settings, replica: number) => ({
  port: settings.gatewayPort(replica),
  use: replica === 1 ? 'the gateway' : `gateway ${replica}`,
  setting: 'GATEWAY_PORT',
});
const subgraphPort = (settings: Settings, name: SubgraphName) => ({
  port: settings.portOf(name),
  use: `the ${name} subgraph`,
  setting: `${name.toUpperCase()}_PORT`,
});

/**
 * One process for everything, a second one for the workers when they are to be apart: what fits a laptop (one process
 * measures 0.8 GiB of memory in all, two 1.1).
 */
export function planTogether(settings: Settings): ProcessPlan[] {
  const servers = listServers();
  const workers = listWorkers();
  const flags = (flag: string, names: readonly string[]) => names.flatMap((name) => [flag, name]);
  const house = {
    name: 'house',
    script: launcher('house-process.ts'),
    parameters: [...flags('--server', servers), ...(settings.workersApart ? [] : flags('--worker', workers))],
    environment: {},
    domains: servers,
    ports: [gatewayPort(settings, 1), ...servers.map((name) => subgraphPort(settings, name))],
  };
  if (!settings.workersApart) return [house];
  const script = launcher('worker-process.ts');
  return [
    house,
    { name: 'workers', script, parameters: workers, environment: {}, domains: workers, ports: [] },
  ];
}

/** A process for each gateway replica, subgraph and worker. */
export function planSeparate(settings: Settings): ProcessPlan[] {
  const servers = listServers().map((name) => ({
    name,
    script: join(root, 'subgraphs', name, 'src/main.ts'),
    parameters: [],
    environment: { DRAIN_NOTICE_MS: `${drainNoticeMs}`, ...(canSharePorts ? { SHARE_PORT: '1' } : {}) },
    handsOver: canSharePorts,
    domains: [name],
    readyUrl: `http://127.0.0.1:${settings.portOf(name)}/ready/`,
    ports: [subgraphPort(settings, name)],
  }));
  const workers = listWorkers().map((name) => ({
    name: `${name}-worker`,
    script: launcher('worker-process.ts'),
    parameters: [name],
    environment: {},
    domains: [name],
    ports: [],
  }));
  const gateways = Array.from({ length: settings.gateways }, (_, index) => {
    const port = gatewayPort(settings, index + 1);
    return {
      name: index === 0 ? 'gateway' : `gateway-${index + 1}`,
      script: join(root, 'gateway/src/main.ts'),
      parameters: [],
      environment: { GATEWAY_PORT: `${port.port}` },
      domains: [],
      readyUrl: `http://127.0.0.1:${port.port}/ready/`,
      ports: [port],
    };
  });
  return [...servers, ...workers, ...gateways];
}
