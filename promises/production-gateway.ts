import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../scripts/story/narrator.ts';
import { root } from '../tests/end-to-end/house.ts';
import type { RecordedHouse } from './recorded-house.ts';

export interface ProductionGateway {
  readonly url: string;
  readonly graphql: string;
  readonly pid: number;
}

/** One more gateway of a house, as it runs in production. Its answers are recorded, its log is the house's. */
export async function startProductionGateway(
  house: RecordedHouse,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProductionGateway> {
  const { site } = house;
  const path = join(site.directory, 'logs', `production-${randomUUID()}.log`);
  const log = openSync(path, 'a');
  const child = spawn(process.execPath, ['gateway/src/main.ts'], {
    cwd: root,
    env: {
      ...site.environment,
      NODE_ENV: 'production',
      GATEWAY_PORT: '0',
      REDIS_URL: `redis://127.0.0.1:${site.ports.environment.REDIS_PORT}`,
      SUBGRAPH_SECRET: house.secret,
      TRUSTED_PROXIES: '127.0.0.1',
      ...environment,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  site.endLater(child);
  const url = await eventually(
    'a gateway in production',
    async () => {
      const said = readFileSync(path, 'utf8');
      if (child.exitCode !== null) throw new Error(`The gateway ended:\n${said}`);
      return /"url":"([^"]+)","message":"gateway ready"/.exec(said)?.[1];
    },
    60_000,
  );
  house.recorder.listenTo([Number(new URL(url).port)]);
  house.gatewayPorts.push(Number(new URL(url).port));
  return { url, graphql: `${url}/graphql`, pid: child.pid ?? 0 };
}
