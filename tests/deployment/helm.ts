import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { findTool, type Manifest, parseManifests } from '@studymate/kubernetes-stand-in';
import { root } from '../end-to-end/house.ts';

export const chart = 'helm/studymate';
export const valuesOf = (environment: string) => `${chart}/environments/${environment}.yaml`;
export const environments = ['development', 'staging', 'production'];

const tools = join(root, 'run/toolchain/kubernetes');

export interface Outcome {
  readonly code: number;
  /** What it printed, on either stream. */
  readonly text: string;
}

mkdirSync(join(root, 'run/test'), { recursive: true });
/** Where helm keeps what it likes to keep; the machine's own settings do not matter. */
export const home = mkdtempSync(join(root, 'run/test', `${process.pid}-helm-`));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const runTool = (tool: 'helm' | 'kubectl', parameters: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const environment = { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, 'kubeconfig') };
    const options = { cwd: root, env: environment, maxBuffer: 50_000_000 };
    execFile(findTool(tool, tools), parameters, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: `${stdout}${stderr}` }),
    );
  });

export const helm = (...parameters: readonly string[]) => runTool('helm', parameters);
export const kubectl = (...parameters: readonly string[]) => runTool('kubectl', parameters);

/** Has helm and kubectl speak to the server at that URL. */
export function useCluster(url: string): void {
  const named = (name: string, rest: object) => [{ name, ...rest }];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named('stand-in', { cluster: { server: url } }),
    contexts: named('stand-in', { context: { cluster: 'stand-in', user: 'nobody', namespace: 'default' } }),
    users: named('nobody', { user: {} }),
    'current-context': 'stand-in',
  };
  writeFileSync(join(home, 'kubeconfig'), JSON.stringify(config), { mode: 0o600 });
}

/** The chart as rendered with the values of an environment. */
export async function render(environment: string, ...parameters: readonly string[]): Promise<Manifest[]> {
  const { code, text } = await helm(
    'template',
    'sm',
    chart,
    '--values',
    valuesOf(environment),
    ...parameters,
  );
  if (code !== 0) throw new Error(text);
  return parseManifests(text);
}
