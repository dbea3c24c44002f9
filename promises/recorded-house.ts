import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { domainPorts } from '@studymate/contracts';
import { eventually } from '../scripts/story/narrator.ts';
import {
  type House,
  type HouseOptions,
  type OpenHouse,
  someSite,
  startHouse,
} from '../tests/end-to-end/house.ts';
import { writePatientGateway } from '../tests/end-to-end/patient-gateway.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { joinSharedHouse } from '../tests/end-to-end/shared-house.ts';
import { findLeaks, requestIdsOf } from './leaks.ts';
import { type Recorder, recordFetch } from './recorder.ts';

/** Whether promises are held to in full length (`npm run promises`), or in the time that `npm test` has. */
export const isFull = process.env.PROMISES === 'full';

export interface RecordedHouse extends OpenHouse {
  readonly recorder: Recorder;
  /** By which the gateway vouches for its requests to subgraphs. */
  readonly secret: string;
  /** Where errors have a request id. */
  readonly gatewayPorts: number[];
  /** What every process of the house has logged so far. */
  readLogs(): string;
}

export interface RecordedHouseOptions extends HouseOptions {
  /** Whether its gateways give up on subgraphs as soon as they do in production. */
  readonly waitsAsInProduction?: boolean;
}

/**
 * A house of a test file's own whose every answer is recorded. The peer 127.0.0.1 counts as a trusted proxy; requests
 * from elsewhere on loopback (`localAddress: '127.0.0.5'`) do not.
 */
export async function startRecordedHouse(
  name: string,
  options: RecordedHouseOptions = {},
): Promise<RecordedHouse & House> {
  const recorder = recordFetch();
  const secret = randomBytes(32).toString('base64url');
  const site = await someSite(name);
  if (options.waitsAsInProduction) writePatientGateway(site.directory, {});
  const house = await startHouse(site, {
    ...options,
    environment: { TRUSTED_PROXIES: '127.0.0.1', SUBGRAPH_SECRET: secret, ...options.environment },
  });
  return { ...house, ...recorded(house, recorder), secret };
}

/**
 * The house that test files share, with every answer of this file recorded. For files that neither stop nor configure
 * anything of it, beside a gateway of their own.
 */
export async function joinRecordedHouse(): Promise<RecordedHouse> {
  const recorder = recordFetch();
  const house = await joinSharedHouse();
  return { ...house, ...recorded(house, recorder) };
}

function recorded(house: OpenHouse, recorder: Recorder) {
  const logs = join(house.site.directory, 'logs');
  const gatewayPorts = portsOf(house.urls, /^gateway\d*$/);
  recorder.listenTo([...gatewayPorts, ...subgraphPorts(house)]);
  return {
    recorder,
    gatewayPorts,
    readLogs: () =>
      readdirSync(logs)
        .map((file) => readFileSync(join(logs, file), 'utf8'))
        .join('\n'),
  };
}

const portsOf = (urls: Readonly<Record<string, string>>, name: RegExp): number[] =>
  Object.entries(urls).flatMap(([key, url]) => (name.test(key) ? [Number(new URL(url).port)] : []));
const subgraphPorts = ({ site }: OpenHouse): number[] =>
  Object.keys(domainPorts).map((name) => Number(site.ports.environment[`${name.toUpperCase()}_PORT`]));

/** Promise 45, for whatever a test file has asked: call it at the end of the file. */
export function describeSilence(house: RecordedHouse): void {
  const { recorder, readLogs, gatewayPorts } = house;
  describe('everything that was answered', () => {
    // Where tests run in any order this may be the first, and is to have something to look at.
    beforeAll(async () => {
      await postGraphql(house.places.gateway, { token: null, query: '{ nothing }' });
    });

    it('tells nothing of what is inside', () => {
      expect(recorder.answers.length).toBeGreaterThan(0);
      expect(recorder.answers.flatMap(findLeaks)).toEqual([]);
    });

    it('names, for every error of a gateway, a request that is found in the logs', async () => {
      const answers = recorder.answers.filter(({ port }) => gatewayPorts.includes(port));
      expect(answers.filter((answer) => requestIdsOf(answer).includes(null))).toEqual([]);
      const ids = [...new Set(answers.flatMap(requestIdsOf))];
      const listMissing = () => {
        const logged = new Set([...readLogs().matchAll(/"request_id":"([^"]+)"/g)].map(([, id]) => id));
        return ids.filter((id) => !logged.has(id ?? ''));
      };
      await eventually('the logs to be written', async () => listMissing().length === 0).catch(() => {});
      expect(listMissing()).toEqual([]);
    });
  });
}
