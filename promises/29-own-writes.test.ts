import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort, type RunningPostgres } from '@studymate/embedded';
import { startStandby } from '@studymate/testkit';
import { eventually } from '../scripts/story/narrator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const writes = isFull ? 200 : 50;
const delaySeconds = 5;
/** What the gateway keeps of the primary's answers ends before this. */
const patienceMs = 60_000;

const standbyPort = await findFreePort();
const house = await startRecordedHouse('own-writes', {
  environment: {
    DATABASE_REPLICA_URL: `postgresql://postgres@127.0.0.1:${standbyPort}/postgres`,
    DATABASE_REPLICA_MAX_LAG_SECONDS: '8',
  },
});
const second = await startProductionGateway(house);
const { environment: ports } = house.site.ports;
let standby: RunningPostgres;
let token: string | null;

afterAll(() => standby?.stop());

/** How many reads of study a replica has answered so far. */
async function readsOfReplica(): Promise<number> {
  const page = await fetch(`http://127.0.0.1:${ports.STUDY_PORT}/metrics`);
  return Number(
    /^database_reads_total\{domain="study",by="replica"\} (\d+)/m.exec(await page.text())?.[1] ?? 0,
  );
}

async function createSubject(title: string): Promise<void> {
  const query = `mutation ($title: String!, $key: String!) {
    createSubject(title: $title, idempotencyKey: $key) { ... on Subject { id } ... on UserError { code } }
  }`;
  const { data } = await postGraphql(house.places.gateway, {
    token,
    query,
    variables: { title, key: randomUUID() },
  });
  expect(data?.createSubject).toEqual({ id: expect.any(String) });
}

async function newestTitle(url: string): Promise<string> {
  const query = '{ subjects(first: 1) { edges { node { title } } } }';
  const { data, errors } = await postGraphql(url, { token, query });
  expect(errors ?? []).toEqual([]);
  return /"title":"([^"]*)"/.exec(JSON.stringify(data))?.[1] ?? '';
}

beforeAll(async () => {
  standby = await startStandby({
    primaryUrl: `postgresql://postgres@127.0.0.1:${ports.POSTGRES_PORT}/postgres`,
    directory: join(house.site.directory, 'standby'),
    port: Number(standbyPort),
    delaySeconds,
  });
  token = (await someLearner(house)).accessToken;
  await createSubject('First');
  await eventually(
    'the replica to take part',
    async () => {
      await newestTitle(second.graphql);
      return (await readsOfReplica()) > 0;
    },
    patienceMs,
  );
}, 180_000);

describe('with a replica that is 5 s behind', () => {
  it('what was written through one gateway is read at once through another', async () => {
    let seen = 0;
    for (let index = 0; index < writes; index += 1) {
      const title = `Subject ${index}`;
      await createSubject(title);
      if ((await newestTitle(second.graphql)) === title) seen += 1;
    }
    expect(seen).toBe(writes);
  }, 300_000);

  it('no read fails when the replica is killed', async () => {
    const before = await readsOfReplica();
    const expected = `Subject ${writes - 1}`;
    await eventually(
      'the replica to have caught up',
      async () => {
        expect(await newestTitle(second.graphql)).toBe(expected);
        return (await readsOfReplica()) > before;
      },
      patienceMs,
    );
    process.kill(standby.pid, 'SIGKILL');
    for (let index = 0; index < 50; index += 1) {
      const sentAt = performance.now();
      expect(await newestTitle(index % 2 ? second.graphql : house.places.gateway)).toBe(expected);
      expect(performance.now() - sentAt).toBeLessThan(2_000);
    }
  }, 120_000);
});

describeSilence(house);
