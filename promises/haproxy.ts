import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort, findHaproxy } from '@studymate/embedded';
import { eventually } from '../scripts/story/narrator.ts';
import { root, type Site } from '../tests/end-to-end/house.ts';

/** Where one asks HAProxy for the gateways' answers, and for its own figures. */
export interface RunningHaproxy {
  readonly url: URL;
  readonly metrics: string;
}

/** HAProxy with the configuration that we ship, before two gateways; null where this machine cannot have it. */
export async function startHaproxy(site: Site, gateways: readonly string[]): Promise<RunningHaproxy | null> {
  const program = findHaproxy(join(root, 'run/toolchain/haproxy'));
  if (!program) return null;
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const log = openSync(join(site.directory, 'logs', 'haproxy.log'), 'a');
  const [one = '', other = ''] = gateways.map((url) => new URL(url).host);
  const child = spawn(program.path, ['-db', '-f', 'ops/haproxy/haproxy.cfg'], {
    cwd: root,
    env: {
      ...site.environment,
      ...program.environment,
      LISTEN: `127.0.0.1:${port}`,
      METRICS_LISTEN: `127.0.0.1:${metricsPort}`,
      GATEWAY_1: one,
      GATEWAY_2: other,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  site.endLater(child);
  const running = {
    url: new URL(`http://127.0.0.1:${port}/graphql`),
    metrics: `http://127.0.0.1:${metricsPort}/metrics`,
  };
  await eventually('HAProxy', async () => {
    if (child.exitCode !== null)
      throw new Error(readFileSync(join(site.directory, 'logs', 'haproxy.log'), 'utf8'));
    return (await fetch(running.metrics).catch(() => null))?.ok;
  });
  return running;
}
