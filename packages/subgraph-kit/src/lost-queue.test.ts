import { afterAll, expect, it } from '@jest/globals';
import { newId, newRowId } from '@studymate/contracts';
import { outboxBacklog, recordEvent } from '@studymate/database';
import { connectQuiz, type QuizDatabase } from '@studymate/database/quiz';
import { connectStudy } from '@studymate/database/study';
import { queuePrefix } from '@studymate/jobs';
import { createLogger } from '@studymate/runtime';
import { testDatabase, testRedisUrl, wipeRedis } from '@studymate/testkit';
import { contextFactory, type SubgraphContext } from './context.ts';
import { startOutboxRelay } from './relay.ts';
import { startDomainWorker } from './worker.ts';

interface Context extends SubgraphContext<Context> {
  readonly database: QuizDatabase;
}

process.env.QUEUE_PREFIX = `lost-queue-test-${newRowId()}`;
const redisUrl = testRedisUrl();
const quiz = connectQuiz((await testDatabase('quiz')).url);
const study = connectStudy((await testDatabase('study')).url);
const createContext = contextFactory<QuizDatabase, object, Context>((database, base) => ({
  ...base,
  database,
}));

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await Promise.all([quiz.$disconnect(), study.$disconnect()]);
});

const heard: string[] = [];
const startQuizWorker = async () => {
  const worker = await startDomainWorker({
    domain: 'quiz',
    database: quiz,
    redisUrl,
    createContext: () => createContext({ database: quiz, resources: {}, viewer: null }),
    jobs: {
      closeAttempt: async () => undefined,
      importQuestions: async () => undefined,
      countAttempt: async () => undefined,
      calibrateQuestions: async () => undefined,
    },
    events: {
      'study.subject.created': async (_context, { title }) => void heard.push(title),
      'study.skill.created': async () => undefined,
      'ai.generation.produced': async () => undefined,
      'ai.essay.assessed': async () => undefined,
      'auth.export.requested': async () => undefined,
      'auth.erasure.begun': async () => undefined,
    },
  });
  stops.push(worker.stop);
};

const createSubject = (ownerId: string, title: string) =>
  recordEvent(study, 'study.subject.created', {
    subjectId: newId('Subject'),
    ownerId,
    title,
    defaultSkillId: newId('Skill'),
  });

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It does not come.');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

it('brings what Redis lost, before it was heard or before that was told, once and in order', async () => {
  const [ada, bob] = [newId('User'), newId('User')];
  const relay = startOutboxRelay({
    domain: 'study',
    database: study,
    redisUrl,
    logger: createLogger('test'),
    pollMs: 100,
  });
  stops.push(relay.stop);
  for (const title of ['Biology', 'Chemistry', 'Physics']) await createSubject(ada, title);
  await createSubject(bob, 'History');
  await until(async () => (await outboxBacklog(study)).waiting === 0);

  await wipeRedis(queuePrefix());
  await startQuizWorker();
  const unacknowledged = async () => {
    const entries = await study.outboxEntry.findMany({ where: { dueAt: { not: null } } });
    return entries.filter(({ acknowledgedBy }) => !acknowledgedBy.includes('quiz')).length;
  };
  await until(async () => heard.length >= 4 && (await unacknowledged()) === 0);

  expect(heard.filter((title) => title !== 'History')).toEqual(['Biology', 'Chemistry', 'Physics']);
  expect(heard).toHaveLength(4);

  heard.length = 0;
  await createSubject(newId('User'), 'Latin');
  await until(() => heard.length === 1);
  await wipeRedis(queuePrefix());

  await until(async () => {
    const entries = await study.outboxEntry.findMany();
    return entries.every(({ acknowledgedBy }) => acknowledgedBy.includes('quiz'));
  });

  expect(heard).toEqual(['Latin']);
}, 60_000);
