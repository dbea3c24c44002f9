import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '@studymate/runtime';
import { eventually } from '../../scripts/story/narrator.ts';
import { root } from '../end-to-end/house.ts';
import { freePort, startProgram } from './programs.ts';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** What Alertmanager posts to a receiver (webhook format 4). */
export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const isUp = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** A receiver of notifications, in the place of a pager. */
async function startPager() {
  const heard: Notification[] = [];
  const take = async ({ body }: { readonly body: Buffer }) => {
    heard.push(JSON.parse(body.toString('utf8')) as Notification);
    return { status: 200, body: '' };
  };
  const server = await listen({
    port: 0,
    routes: { 'POST /pages': take, 'POST /tickets': take },
    onError: () => undefined,
  });
  return { heard, server };
}

/**
 * Debian's Prometheus and Alertmanager with the configuration of ops/, asking the gateway every second. Only the
 * addresses and that interval are others than in the files.
 */
export async function watch(gatewayUrl: string, directory: string) {
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  const pager = await startPager();
  const place = join(directory, 'watch/prometheus');
  mkdirSync(place, { recursive: true });
  mkdirSync(join(directory, 'watch/alerts'), { recursive: true });
  writeFileSync(join(directory, 'watch/alerts/studymate.rules.yml'), read('ops/alerts/studymate.rules.yml'));
  writeFileSync(
    join(place, 'prometheus.yml'),
    read('ops/prometheus/prometheus.yml')
      .replace('scrape_interval: 15s', 'scrape_interval: 1s')
      .replace('127.0.0.1:4000', new URL(gatewayUrl).host)
      .replace('127.0.0.1:9093', `127.0.0.1:${alertmanagerPort}`),
  );
  writeFileSync(
    join(place, 'alertmanager.yml'),
    read('ops/prometheus/alertmanager.yml').replaceAll('http://127.0.0.1:9099', pager.server.url),
  );
  const prometheus = `http://127.0.0.1:${prometheusPort}`;
  const alertmanager = `http://127.0.0.1:${alertmanagerPort}`;
  const programs = [
    startProgram('prometheus-alertmanager', [
      `--config.file=${join(place, 'alertmanager.yml')}`,
      `--storage.path=${join(place, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      '--cluster.listen-address=',
    ]),
    startProgram('prometheus', [
      `--config.file=${join(place, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(place, 'data')}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ]),
  ];
  await eventually(
    'Prometheus and Alertmanager',
    async () => (await isUp(`${prometheus}/-/ready`)) && (await isUp(`${alertmanager}/-/ready`)),
  ).catch((error: unknown) => {
    throw new Error(`${error}\n${programs.map(({ said }) => said()).join('\n')}`);
  });

  const get = async <T>(path: string): Promise<T> =>
    ((await (await fetch(`${prometheus}/api/v1/${path}`)).json()) as { data: T }).data;
  return {
    /** The series that an expression answers now. */
    query: async (expr: string): Promise<readonly Sample[]> =>
      (await get<{ result: Sample[] } | undefined>(`query?query=${encodeURIComponent(expr)}`))?.result ?? [],
    get,
    heard: pager.heard,
    stop: async () => {
      await Promise.all(programs.map(({ end }) => end()));
      await pager.server.stop();
    },
  };
}
