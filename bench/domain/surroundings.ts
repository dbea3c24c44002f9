import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@studymate/embedded';
import { createDatabase, databaseUrl } from '@studymate/schema-engine/connection';
import { deploy } from '@studymate/schema-engine/migrate';
import { root } from '../gateway/places.ts';
import { processorSeconds } from '../gateway/processor-time.ts';
import { startTarget } from '../gateway/running-target.ts';
import { listBackends } from './backends.ts';
import { createLearner } from './learner.ts';

const directory = join(root, 'run/bench/domain');
const firstPort = Number(process.env.BENCH_PORT ?? 22_200);
const ports = { postgres: firstPort, redis: firstPort + 1, study: firstPort + 2 } as const;
const secret = 'a secret that is at least thirty-two bytes long';

/** The study subgraph in a process of its own, over a PostgreSQL and a Redis of this run. */
export async function startStudy() {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    port: ports.postgres,
    ephemeral: true,
    settings: ['max_wal_size=4GB'],
  });
  const redis = await startRedis({
    directory: join(directory, 'redis'),
    port: ports.redis,
    cache: join(root, 'run/toolchain/redis'),
    ephemeral: true,
  });
  const url = databaseUrl(postgres.url, 'study');
  await createDatabase(url);
  await deploy({ url, migrations: join(root, 'prisma/study/migrations') });
  const study = await startTarget(
    {
      name: 'study',
      path: '/graphql',
      command: process.execPath,
      arguments: ['subgraphs/study/src/main.ts'],
      environment: {
        // In production no request may bring a clock of its own.
        NODE_ENV: 'development',
        LOG_LEVEL: 'warn',
        STUDY_PORT: `${ports.study}`,
        STUDY_DATABASE_URL: url,
        REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
        SUBGRAPH_SECRET: secret,
        OBJECTS_SECRET: secret,
        OBJECTS_DIRECTORY: join(directory, 'objects'),
      },
    },
    { port: ports.study },
  );
  return {
    databaseUrl: url,
    someLearner: () => createLearner({ url: study.url, secret }),
    /** Seconds of processor time so far, of the subgraph and of PostgreSQL's processes that serve it. */
    readProcessorTime: async () => ({
      subgraph: study.processorSeconds(),
      postgres: processorSeconds(await listBackends(url)),
    }),
    stop: async () => {
      await study.stop();
      await redis.stop();
      await postgres.stop();
    },
  };
}

export type RunningStudy = Awaited<ReturnType<typeof startStudy>>;
