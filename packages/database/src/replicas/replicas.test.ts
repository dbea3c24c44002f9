import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { findFreePort, type RunningPostgres } from '@studymate/embedded';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import { startStandby, testDatabase, testRedisUrl } from '@studymate/testkit';
import { connectStudy, type StudyClient } from '../study.ts';
import { connectReplicas, type Replicas } from './connect-replicas.ts';
import type { ReadScope } from './routed-client.ts';

const delaySeconds = 5;
const writes = 200;

const { url } = await testDatabase('study');
const primary = connectStudy(url);
const runs = resolve(import.meta.dirname, '../../../../run/test');
const directory = mkdtempSync(join(runs, `${process.pid}-standby-`));
const port = await findFreePort();
const replicaUrl = databaseUrl(`postgresql://postgres@127.0.0.1:${port}`, new URL(url).pathname.slice(1));
let standby: RunningPostgres | null = null;

/** As each process of a domain opens them: its own pools, its own connection to Redis. */
const openReplicas = (redisUrl = testRedisUrl()): Replicas<StudyClient> =>
  connectReplicas({
    domain: 'study',
    primary,
    connect: connectStudy,
    env: {
      ...process.env,
      STUDY_REPLICA_URL: replicaUrl,
      REDIS_URL: redisUrl,
      QUEUE_PREFIX: `replicas-${process.pid}`,
      DATABASE_REPLICA_MAX_LAG_SECONDS: '8',
      LOG_LEVEL: 'silent',
    },
  });
const writer = openReplicas();
const reader = openReplicas();

afterAll(async () => {
  await Promise.all([writer.stop(), reader.stop()]);
  await primary.$disconnect();
  await standby?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const query = (): ReadScope => ({ mayLag: true, lagged: false });
const mutation = (): ReadScope => ({ mayLag: false, lagged: false });
const somebody = () => ({ id: newId('User') });

const learnerOf = (viewer: { id: string }) => ({
  userId: viewer.id,
  displayName: 'Mina',
  timeZone: 'UTC',
  dayStartMinutes: 0,
  updatedAt: new Date(),
});

/** Writes as the viewer in one process. */
const write = (viewer: { id: string }, replicas = writer) =>
  replicas.forRequest({ viewer, reads: mutation() }).learner.create({ data: learnerOf(viewer) });

/** Looks for the row of `owner` as `viewer`, in another process. */
async function look(owner: { id: string }, viewer: { id: string } | null, replicas = reader) {
  const reads = query();
  const row = await replicas
    .forRequest({ viewer, reads })
    .learner.findUnique({ where: { userId: owner.id } });
  return { isSeen: row !== null, fromReplica: reads.lagged };
}

async function until(condition: () => Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come to be.');
    await delay(100);
  }
}

// Once for all, and again after the one that was killed.
beforeEach(async () => {
  if (standby) return;
  rmSync(join(directory, 'data'), { recursive: true, force: true });
  const server = databaseUrl(url, 'postgres');
  standby = await startStandby({ primaryUrl: server, directory, port, delaySeconds });
  const stranger = somebody();
  await until(async () => (await look(stranger, stranger)).fromReplica);
}, 180_000);

describe('reads with a replica that is 5 s behind', () => {
  it('show everybody what they wrote, in whichever process, each of 200 times', async () => {
    let seen = 0;
    for (let index = 0; index < writes; index += 1) {
      const viewer = somebody();
      await write(viewer);
      seen += Number((await look(viewer, viewer)).isSeen);
    }
    expect(seen).toBe(writes);
  }, 60_000);

  it('come from the replica for others, who see the write when it has been replayed', async () => {
    const [viewer, other] = [somebody(), somebody()];
    await write(viewer);
    expect(await look(viewer, other)).toEqual({ isSeen: false, fromReplica: true });
    await until(async () => (await look(viewer, other)).isSeen);
    expect(await look(viewer, other)).toEqual({ isSeen: true, fromReplica: true });
  }, 60_000);

  it('come from the replica again for the writer, once it shows the write', async () => {
    const viewer = somebody();
    await write(viewer);
    expect(await look(viewer, viewer)).toEqual({ isSeen: true, fromReplica: false });
    await until(async () => (await look(viewer, viewer)).fromReplica);
    expect((await look(viewer, viewer)).isSeen).toBe(true);
  }, 60_000);

  it('see what the request itself wrote, in a transaction or without', async () => {
    const viewer = somebody();
    const database = reader.forRequest({ viewer, reads: query() });
    await database.$transaction((inner) => inner.learner.create({ data: learnerOf(viewer) }));
    expect(await database.learner.count({ where: { userId: viewer.id } })).toBe(1);
    await database.$executeRaw`delete from "Learner" where "userId" = ${viewer.id}`;
    expect(await database.$queryRaw`select 1 from "Learner" where "userId" = ${viewer.id}`).toEqual([]);
    expect((await look(viewer, viewer)).isSeen).toBe(false);
  });

  it('of a mutation, and raw statements that lock or change, go to the primary', async () => {
    const viewer = somebody();
    const reads = mutation();
    await reader.forRequest({ viewer, reads }).learner.findMany({ take: 1 });
    expect(reads.lagged).toBe(false);

    const raw = query();
    const database = reader.forRequest({ viewer, reads: raw });
    await database.$queryRaw`select 1 from "Learner" limit 1 for update`;
    expect(raw.lagged).toBe(false);
  });

  it('do not come from the replica in a new process that cannot know how far it lags', async () => {
    const [viewer, other] = [somebody(), somebody()];
    await write(viewer);
    const started = openReplicas();
    await delay(1_500);
    expect(await look(viewer, null, started)).toEqual({ isSeen: true, fromReplica: false });
    await until(async () => (await look(other, null, started)).fromReplica);
    expect((await look(viewer, null, started)).isSeen).toBe(true);
    await started.stop();
  }, 60_000);

  it('go to the primary while nobody can know what was written where', async () => {
    const unreachable = openReplicas('redis://127.0.0.1:1');
    const viewer = somebody();
    await write(viewer, unreachable);
    expect(await look(viewer, viewer, unreachable)).toEqual({ isSeen: true, fromReplica: false });
    await unreachable.stop();
  });
});

describe('when the replica fails', () => {
  const fromPrimary = { isSeen: false, fromReplica: false };
  const lookOften = () => Promise.all(Array.from({ length: 50 }, () => look(somebody(), null)));

  it('each read is answered by the primary while it hangs, and after it was killed; none fails', async () => {
    await until(async () => (await look(somebody(), null)).fromReplica);
    const backends = await withClient(replicaUrl, (client) =>
      client.query<{ pid: number }>(
        "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      ),
    );
    if (!standby) throw new Error('There is no replica.');
    const pids = [standby.pid, ...backends.rows.map(({ pid }) => pid)];
    expect(pids.length).toBeGreaterThan(1);

    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    expect(await lookOften()).toEqual(Array.from({ length: 50 }, () => fromPrimary));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    standby = null;
    expect(await lookOften()).toEqual(Array.from({ length: 50 }, () => fromPrimary));
  }, 60_000);
});
