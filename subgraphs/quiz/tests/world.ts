import { createHash } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { type EventName, type EventPayload, newId, type QuizOutput, type Viewer } from '@studymate/contracts';
import { connectQuiz } from '@studymate/database/quiz';
import {
  asker,
  countQueries,
  deliver,
  follower,
  liveChanges,
  someKey,
  someViewer,
  testDatabase,
} from '@studymate/testkit';
import { createContext, type Resources } from '../src/context.ts';
import { quizEvents } from '../src/events.ts';
import { schema } from '../src/schema.ts';

/** An object store that lives as long as the test: the contract that `connectObjectStore` keeps too. */
function memoryObjects() {
  const bodies = new Map<string, Buffer>();
  const stored = (key: string, body: Buffer) => ({
    key,
    version: '1',
    contentType: 'application/octet-stream',
    byteSize: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    storedAt: new Date(0),
  });
  const presign = async <M extends 'GET' | 'PUT'>(method: M, key: string) => ({
    method,
    url: `memory://${key}`,
    headers: { 'content-type': 'application/octet-stream' },
    expiresAt: new Date(900_000),
  });
  const find = (key: string) => bodies.get(key) ?? null;
  const objects: Resources['objects'] = {
    get: async (key) => {
      const body = find(key);
      return body && { ...stored(key, body), body };
    },
    head: async (key) => {
      const body = find(key);
      return body && stored(key, body);
    },
    put: async (key, body) => {
      bodies.set(key, Buffer.from(body));
      return stored(key, Buffer.from(body));
    },
    delete: async (key) => void bodies.delete(key),
    presignGet: (key) => presign('GET', key),
    presignPut: ({ key }) => presign('PUT', key),
  };
  return { objects, bodies };
}

/** A quiz subgraph over a database of its own, with a clock that tests set. */
export async function createWorld() {
  const postgres = await testDatabase('quiz');
  const database = connectQuiz(postgres.url);
  afterAll(() => database.$disconnect());
  const { objects, bodies } = memoryObjects();
  const clock = { now: new Date('2026-06-01T03:00:00Z') };
  const resources = { objects };
  const now = () => new Date(clock.now);
  const live = liveChanges();
  const contextOf = (viewer: Viewer | null) => createContext({ database, resources, viewer, now, ...live });
  const ask = asker(schema, contextOf);

  return {
    database,
    url: postgres.url,
    clock,
    contextOf,
    ask,
    follow: follower(schema, contextOf),
    bodies,
    /** What was asked for; fails the test on a top-level error. */
    async get(...question: Parameters<typeof ask>) {
      const { data, errors } = await ask(...question);
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      return data;
    },
    /** Asks with a client that counts its queries. */
    async askCounting(...question: Parameters<typeof ask>) {
      const { client, sent } = countQueries(database);
      const counting = asker(schema, (viewer) => createContext({ database: client, resources, viewer, now }));
      return { ...(await counting(...question)), queries: sent.count };
    },
    hear: <E extends EventName & keyof typeof quizEvents>(name: E, payload: EventPayload<E>, id?: string) =>
      deliver<E, ReturnType<typeof contextOf>>(contextOf(null), quizEvents[name] as never, {
        name,
        payload,
        ...(id === undefined ? {} : { id }),
      }),
    /** Lets time go by. */
    pass: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A learner or author who has one subject. */
export async function withSubject(world: World, role: 'LEARNER' | 'AUTHOR') {
  const viewer = someViewer({ roles: [role] });
  const subject = {
    subjectId: newId('Subject'),
    ownerId: viewer.id,
    title: 'Biology',
    defaultSkillId: newId('Skill'),
  };
  await world.hear('study.subject.created', subject);
  return { viewer, ...subject };
}

type Subject = Awaited<ReturnType<typeof withSubject>>;

export async function makeBank(world: World, author: Subject): Promise<string> {
  const data = await world.get(
    author.viewer,
    `mutation ($subjectId: ID!, $key: String!) {
      createQuestionBank(title: "Cells", subjectId: $subjectId, idempotencyKey: $key) { ... on QuestionBank { id } }
    }`,
    { subjectId: author.subjectId, key: someKey() },
  );
  return data.createQuestionBank.id;
}

/** Saves a question and answers its entry id and latest question. */
export async function makeQuestion(world: World, author: Subject, input: Record<string, unknown>) {
  const data = await world.get(
    author.viewer,
    `mutation ($input: QuestionInput!) {
      saveQuestion(input: $input) {
        ... on BankEntry { id latest { id version answerKey { rules { response weight feedback } explanation } ...Body } }
        ... on UserError { code message path }
      }
    }
    fragment Body on Question {
      prompt
      ... on ChoiceQuestion { choices { id text } }
      ... on MatchQuestion { left { id text } right { id text } }
      ... on OrderQuestion { items { id text } }
      ... on ClozeQuestion { gaps { id choices { id text } } }
    }`,
    { input: { skillIds: [], ...input } },
  );
  return data.saveQuestion;
}

/** A choice question with one right answer. */
export const choiceInput = (bankId: string, prompt: string, right = 'the right one') => ({
  bankId,
  prompt,
  explanation: `because ${prompt} is so`,
  choice: {
    multiple: false,
    partialCredit: 'ALL_OR_NOTHING',
    choices: [
      { text: right, weight: 1, feedback: `praise for ${prompt}` },
      { text: `first lure of ${prompt}`, weight: 0, feedback: `blame for ${prompt}` },
      { text: `second lure of ${prompt}`, weight: 0 },
    ],
  },
});

/** Creates a quiz; `settings` are fields of QuizInput. */
export async function makeQuiz(
  world: World,
  author: Subject,
  settings: Record<string, unknown> = {},
): Promise<string> {
  const data = await world.get(
    author.viewer,
    `mutation ($input: QuizInput!, $key: String!) {
      createQuiz(input: $input, idempotencyKey: $key) { ... on Quiz { id } ... on UserError { code message } }
    }`,
    {
      input: {
        title: 'Cells',
        subjectId: author.subjectId,
        difficulty: 'EASY',
        visibility: 'PUBLIC',
        ...settings,
      },
      key: someKey(),
    },
  );
  return data.createQuiz.id;
}

export const setSlots = (world: World, author: Subject, variables: Record<string, unknown>) =>
  world.ask(
    author.viewer,
    `mutation ($quizId: ID!, $slots: [QuizSlotInput!]!, $expectedRevision: Int!) {
      setQuizSlots(quizId: $quizId, slots: $slots, expectedRevision: $expectedRevision) {
        __typename
        ... on Quiz { revision maxScore questionCount slots { number maxScore source { __typename } } }
        ... on UserError { code message path } ... on ConflictError { currentVersion }
      }
    }`,
    variables,
  );

export const publish = (world: World, viewer: Viewer, id: string, expectedRevision: number) =>
  world.ask(
    viewer,
    `mutation ($id: ID!, $expectedRevision: Int!) {
      publishQuiz(id: $id, expectedRevision: $expectedRevision) {
        __typename ... on Quiz { status revision } ... on UserError { code message }
      }
    }`,
    { id, expectedRevision },
  );

/** A published quiz of `count` choice questions, each worth one point. */
export async function makePublishedQuiz(world: World, settings: Record<string, unknown> = {}, count = 3) {
  const author = await withSubject(world, 'AUTHOR');
  const bankId = await makeBank(world, author);
  const entries = [];
  for (let index = 1; index <= count; index += 1)
    entries.push(await makeQuestion(world, author, choiceInput(bankId, `question ${index}`)));
  const quizId = await makeQuiz(world, author, settings);
  const slots = entries.map(({ id }) => ({ entryId: id, maxScore: 1 }));
  await setSlots(world, author, { quizId, slots, expectedRevision: 1 });
  await publish(world, author.viewer, quizId, 2);
  return { author, bankId, entries, quizId };
}

/** Puts a generation's output where the claim check points, and tells of it. */
export async function produceQuiz(world: World, learner: Subject, output: QuizOutput) {
  const outputId = newId('Quiz');
  const outputKey = `generations/${outputId}.json`;
  world.bodies.set(outputKey, Buffer.from(JSON.stringify(output)));
  const produced = {
    generationId: newId('Generation'),
    userId: learner.viewer.id,
    kind: 'QUIZ' as const,
    subjectId: learner.subjectId,
    materialId: newId('Material'),
    materialRevision: 1,
    language: output.language,
    outputId,
    outputKey,
  };
  await world.hear('ai.generation.produced', produced);
  return produced;
}
