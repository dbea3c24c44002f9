import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newId, newRowId, scopesOfRoles, type Viewer } from '@studymate/contracts';
import { startPostgres, startRedis } from '@studymate/embedded';
import { signRequest } from '@studymate/runtime';
import { createDatabase, databaseUrl, withClient } from '@studymate/schema-engine/connection';
import { deploy } from '@studymate/schema-engine/migrate';
import { startObjectServer } from '@studymate/storage';
import { root } from '../gateway/places.ts';
import { startTarget } from '../gateway/running-target.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are read here
type Data = Record<string, any>;

const directory = join(root, 'run/bench/questions');
const objects = join(directory, 'objects');
const firstPort = Number(process.env.BENCH_PORT ?? 22_200);
const ports = { postgres: firstPort, redis: firstPort + 1, quiz: firstPort + 2, objects: firstPort + 3 };
const secret = 'a secret that is at least thirty-two bytes long';

async function startServers() {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(objects, { recursive: true });
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
  const server = await startObjectServer({ directory: objects, port: ports.objects, secret });
  const url = databaseUrl(postgres.url, 'quiz');
  await createDatabase(url);
  await deploy({ url, migrations: join(root, 'prisma/quiz/migrations') });
  const stop = async () => {
    await server.stop();
    await redis.stop();
    await postgres.stop();
  };
  return { url, stop };
}

async function stopChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The quiz subgraph and its worker, a process each, over a PostgreSQL, a Redis and an object server of this run. */
export async function startQuiz() {
  const servers = await startServers();
  const environment = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    QUIZ_PORT: `${ports.quiz}`,
    QUIZ_DATABASE_URL: servers.url,
    REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    SUBGRAPH_SECRET: secret,
    OBJECTS_SECRET: secret,
    OBJECTS_DIRECTORY: objects,
    OBJECTS_URL: `http://127.0.0.1:${ports.objects}`,
  };
  const command = process.execPath;
  const target = {
    name: 'quiz',
    path: '/graphql',
    command,
    arguments: ['subgraphs/quiz/src/main.ts'],
    environment,
  };
  const quiz = await startTarget(target, { port: ports.quiz });
  const worker = spawn(command, ['subgraphs/quiz/src/worker-main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: 'inherit',
  });
  return {
    url: quiz.url,
    databaseUrl: servers.url,
    stop: async () => {
      await stopChild(worker);
      await quiz.stop();
      await servers.stop();
    },
  };
}

/** An author with a subject, who asks the subgraph as the gateway would. */
export async function createAuthor(quiz: { readonly url: string; readonly databaseUrl: string }) {
  const viewer: Viewer = {
    id: newId('User'),
    sessionId: newId('Session'),
    authLevel: 'PASSWORD',
    emailVerified: true,
    roles: ['AUTHOR'],
    scopes: scopesOfRoles(['AUTHOR']),
    locale: 'en',
    timeZone: 'UTC',
    dayStartMinutes: 240,
  };
  const subjectId = newId('Subject');
  await withClient(quiz.databaseUrl, (client) =>
    client.query(
      'insert into "SubjectProjection" ("id", "ownerId", "title", "defaultSkillId") values ($1, $2, $3, $4)',
      [subjectId, viewer.id, 'Measured', newId('Skill')],
    ),
  );
  /** The answer of the query's only field; throws when there is an error. */
  const ask = async (query: string, variables: Data): Promise<Data> => {
    const body = JSON.stringify({ query, variables });
    const signed = signRequest(secret, { viewer, requestId: newRowId() }, body);
    const headers = { 'content-type': 'application/json', ...signed };
    const response = await fetch(quiz.url, { method: 'POST', headers, body });
    const { data, errors } = (await response.json()) as { data: Data | null; errors?: unknown[] };
    if (errors || !data) throw new Error(JSON.stringify(errors ?? null).slice(0, 500));
    return Object.values(data)[0];
  };
  return { ask, subjectId };
}

export type Author = Awaited<ReturnType<typeof createAuthor>>;
