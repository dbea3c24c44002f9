import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { subgraphs } from './shop/subgraphs.ts';

export const root = resolve(import.meta.dirname, '../..');

/** Everything that a run leaves behind, peers included. */
export const benchDirectory = join(root, 'run/bench/gateway');
mkdirSync(benchDirectory, { recursive: true });

/** BENCH_PORT and some 20 ports after it. */
const firstPort = Number(process.env.BENCH_PORT ?? 22_200);

export const ports = {
  subgraphs: firstPort,
  issuer: firstPort + 10,
  redis: firstPort + 11,
  /** The first of the gateways'. */
  targets: firstPort + 20,
} as const;

/** Of `subgraph`, by name. */
export const urlOf = (name: string): string =>
  `http://127.0.0.1:${ports.subgraphs + subgraphs.findIndex((subgraph) => subgraph.name === name)}/graphql`;
