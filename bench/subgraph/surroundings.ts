import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectStudy } from '@studymate/database/study';
import { startPostgres, startRedis } from '@studymate/embedded';
import { createDatabase, databaseUrl } from '@studymate/schema-engine/connection';
import { deploy } from '@studymate/schema-engine/migrate';
import { root } from '../gateway/places.ts';
import { idOf, learnerId, numbers, rows, skillOf, subjects } from './skills.ts';

const directory = join(root, 'run/bench/subgraph');
/** BENCH_PORT and the few ports after it. */
const firstPort = Number(process.env.BENCH_PORT ?? 22_200);
export const ports = { postgres: firstPort, redis: firstPort + 1, targets: firstPort + 2 } as const;

async function fill(url: string): Promise<void> {
  const database = connectStudy(url);
  const createdAt = new Date('2026-03-01T09:00:00Z');
  const owned = { ownerId: learnerId, createdAt };
  await database.subject.createMany({
    data: numbers(subjects).map((subject) => ({
      ...owned,
      id: `sub_${subject}`,
      title: `Subject ${subject}`,
    })),
  });
  await database.skill.createMany({
    data: numbers(subjects).flatMap((subject) =>
      numbers(rows).map((number) => ({
        ...owned,
        ...skillOf(subject, number),
        id: idOf(subject, number),
        subjectId: `sub_${subject}`,
        createdDay: '2026-03-01',
      })),
    ),
  });
  await database.$executeRaw`analyze "Skill"`;
  await database.$disconnect();
}

/** A database with the skills and a Redis, on the second processor, as is whoever asks. */
export async function startSurroundings() {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', `${process.pid}`], { stdio: 'ignore' });
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    port: ports.postgres,
    ephemeral: true,
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
  await fill(url);
  return {
    databaseUrl: url,
    objectsDirectory: join(directory, 'objects'),
    redisUrl: `redis://127.0.0.1:${ports.redis}`,
    stop: async () => {
      await redis.stop();
      await postgres.stop();
    },
  };
}

export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;
