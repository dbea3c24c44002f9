import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peersDirectory } from './install-peers.ts';
import { benchDirectory, ports, root, urlOf } from './places.ts';
import { subgraphs } from './shop/subgraphs.ts';
import { composeShop } from './shop/supergraph.ts';

/** A gateway of the comparison: how it is started, always on 127.0.0.1. */
export interface Target {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly path: string;
}

const file = (name: string, content: string | object): string => {
  const path = join(benchDirectory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
};

const peer = (name: string) => join(peersDirectory, name);

const node = (parameters: readonly string[], environment: NodeJS.ProcessEnv) => ({
  command: process.execPath,
  arguments: parameters,
  environment,
  path: '/graphql',
});

const supergraph = (isGuarded: boolean) =>
  file(isGuarded ? 'guarded.graphql' : 'supergraph.graphql', composeShop({ urlOf, isGuarded }));

/** Ours with nothing switched on: any supergraph, headers handed on, like the others. */
function bare(port: number): Omit<Target, 'name'> {
  const config = file('bare.json', {
    port,
    supergraph: supergraph(false),
    headers: { '*': { propagate: ['authorization'] } },
    subscriptions: false,
    sandbox: false,
  });
  return node(['gateway/src/main.ts', '--config', config], { LOG_LEVEL: 'warn' });
}

/** Ours as StudyMate runs it: every protection, one log line a request, traces of one in a hundred. */
function everythingOn(port: number, keysUrl: string): Omit<Target, 'name'> {
  const config = file('everything-on.json', {
    port,
    supergraph: supergraph(true),
    signing: true,
    identity: { jwks: keysUrl, issuer: 'bench', audience: 'bench' },
    sessions: true,
    errors: 'known-codes',
    limits: { depth: 15, aliases: 40, rootFields: 25, tokens: 5_000, directives: 50, fields: 2_000 },
    cost: { max: 1_000_000, listSize: 10 },
    rates: {
      viewer: { requests: 1_000_000, seconds: 60 },
      address: { requests: 1_000_000, seconds: 60 },
    },
  });
  return node(['--import', '@studymate/telemetry', 'gateway/src/main.ts', '--config', config], {
    LOG_LEVEL: 'info',
    SUBGRAPH_SECRET: 'a secret that is at least thirty-two bytes long',
    REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: new URL(keysUrl).origin,
    OTEL_SERVICE_NAME: 'gateway',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
    // The gateway makes spans of requests and fetches itself.
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http,undici,ioredis',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
}

function apollo(port: number): Omit<Target, 'name'> {
  return node([peer('apollo.mjs')], {
    PORT: `${port}`,
    SUPERGRAPH: supergraph(false),
    APOLLO_TELEMETRY_DISABLED: '1',
  });
}

function hive(port: number, flags: readonly string[]): Omit<Target, 'name'> {
  const program = peer('node_modules/@graphql-hive/gateway/dist/bin.js');
  const shared = ['supergraph', supergraph(false), '--host', '127.0.0.1', '--port', `${port}`];
  return node([program, ...shared, '--config-path', peer('hive.config.mjs'), ...flags], {});
}

function mercurius(port: number): Omit<Target, 'name'> {
  const services = subgraphs.map(({ name }) => ({ name, url: urlOf(name) }));
  return node([peer('mercurius.mjs')], { PORT: `${port}`, SUBGRAPHS: JSON.stringify(services) });
}

function grafbase(port: number): Omit<Target, 'name'> {
  const parts = subgraphs.map(({ name, sdl }) => {
    const path = file(`${name}.graphql`, sdl);
    return `[subgraphs.${name}]\nurl = "${urlOf(name)}"\nschema_path = "${path}"\n`;
  });
  const header = '[[headers]]\nrule = "forward"\nname = "authorization"\n';
  const config = file('grafbase.toml', `${parts.join('\n')}\n${header}`);
  return {
    command: peer('node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase'),
    arguments: ['dev', '--config', config, '--listen-address', `127.0.0.1:${port}`],
    environment: {},
    path: '/graphql',
  };
}

const bareNode = (port: number, recording: string, parse: boolean): Omit<Target, 'name'> =>
  node([peer('bare-node.mjs')], { PORT: `${port}`, RECORDING: recording, PARSE: parse ? '1' : '0' });

export interface TargetSources {
  readonly keysUrl: string;
  /** A file with the fetches that answer each workload. */
  readonly recording: string;
}

/** Every target by name, in the table's order; each makes its files when it is asked for. */
export const targetMakers = {
  apollo: (port: number) => apollo(port),
  'hive-js': (port: number) => hive(port, ['--jit']),
  // Not with --jit: it answers null for everything then.
  'hive-rust': (port: number) => hive(port, ['--hive-router-runtime']),
  mercurius: (port: number) => mercurius(port),
  grafbase: (port: number) => grafbase(port),
  ours: (port: number, { keysUrl }: TargetSources) => everythingOn(port, keysUrl),
  'ours-bare': (port: number) => bare(port),
  'limit-parse': (port: number, { recording }: TargetSources) => bareNode(port, recording, true),
  limit: (port: number, { recording }: TargetSources) => bareNode(port, recording, false),
} satisfies Record<string, (port: number, sources: TargetSources) => Omit<Target, 'name'>>;

export type TargetName = keyof typeof targetMakers;

export const workingDirectory = root;
