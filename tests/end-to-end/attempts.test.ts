import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from '@jest/globals';
import type { Learner } from '../../scripts/story/learner.ts';
import { root, someSite, startHouse } from './house.ts';
import { signInAs, someLearner } from './people.ts';
import { postGraphql } from './raw.ts';

const site = await someSite('attempts');
const house = await startHouse(site, { parameters: ['--separate'], environment: { GATEWAYS: '2' } });
const gateways = [`${house.urls.gateway}/graphql`, `${house.urls.gateway2}/graphql`];

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
type Answer = any;

let author: string;
let learner: Learner;
let subjectId: string;
let bankId: string;
const entryIds: string[] = [];

async function ask(
  token: string | null,
  query: string,
  variables: object = {},
  gateway = 0,
): Promise<Answer> {
  const url = gateways[gateway] ?? '';
  const { data, text } = await postGraphql(url, { token, query, variables: { ...variables } });
  if (!data) throw new Error(text);
  return data;
}

const askAsLearner = (query: string, variables: object = {}, gateway = 0) =>
  ask(learner.accessToken, query, variables, gateway);

/** Words that stand in keys, weights and explanations only: whoever reads one has read a key. */
const secrets = ['explanation-secret', 'feedback-secret', 'text-answer-secret', '31.41592', '0.0173'];
const [explanation, feedback] = secrets;
const bodies = [
  {
    prompt: 'choose',
    choice: {
      multiple: true,
      partialCredit: 'EXPLICIT_WEIGHTS',
      choices: [
        { text: 'alpha', weight: 1, feedback },
        { text: 'beta', weight: -0.0173, feedback },
      ],
    },
  },
  { prompt: 'write', text: { answers: [{ pattern: 'text-answer-secret', weight: 1, feedback }] } },
  {
    prompt: 'count',
    numeric: { answers: [{ value: '31.41592', tolerance: '0.0173', weight: 1, feedback }] },
  },
];

async function makeQuiz(settings: object): Promise<string> {
  const { createQuiz } = await ask(
    author,
    `mutation ($input: QuizInput!, $key: String!) {
      createQuiz(input: $input, idempotencyKey: $key) { ... on Quiz { id } ... on UserError { message } }
    }`,
    {
      input: { title: 'Secrets', subjectId, difficulty: 'EASY', visibility: 'PUBLIC', ...settings },
      key: randomUUID(),
    },
  );
  await ask(
    author,
    `mutation ($id: ID!, $slots: [QuizSlotInput!]!) {
      setQuizSlots(quizId: $id, slots: $slots, expectedRevision: 1) { __typename }
      publishQuiz(id: $id, expectedRevision: 2) { __typename }
    }`,
    { id: createQuiz.id, slots: entryIds.map((entryId) => ({ entryId, maxScore: 1 })) },
  );
  return createQuiz.id;
}

const start = async (quizId: string) =>
  (
    await askAsLearner(
      `mutation ($quizId: ID!, $key: String!) {
        startAttempt(quizId: $quizId, idempotencyKey: $key) {
          __typename ... on UserError { message }
          ... on QuizAttempt { id deadline items { id question { __typename id ... on ChoiceQuestion { choices { id text } } } } }
        }
      }`,
      { quizId, key: randomUUID() },
    )
  ).startAttempt;

const saveMutation = `mutation ($input: SaveResponseInput!) {
  saveResponse(input: $input) { __typename ... on UserError { code message path } ... on AttemptItem { result { score } } }
}`;

beforeAll(async () => {
  author = await signInAs(house, 'AUTHOR');
  learner = await someLearner(house);
  const { createSubject } = await ask(
    author,
    'mutation ($key: String!) { createSubject(title: "Whole", idempotencyKey: $key) { ... on Subject { id } } }',
    { key: randomUUID() },
  );
  subjectId = createSubject.id;
  const { createQuestionBank } = await ask(
    author,
    `mutation ($subjectId: ID!, $key: String!) {
      createQuestionBank(title: "Whole", subjectId: $subjectId, idempotencyKey: $key) { ... on QuestionBank { id } }
    }`,
    { subjectId, key: randomUUID() },
  );
  bankId = createQuestionBank.id;
  for (const body of bodies) {
    const { saveQuestion } = await ask(
      author,
      'mutation ($input: QuestionInput!) { saveQuestion(input: $input) { ... on BankEntry { id } } }',
      { input: { bankId, skillIds: [], explanation, ...body } },
    );
    entryIds.push(saveQuestion.id);
  }
}, 120_000);

it('submits once and answers alike, when fifty ask through two gateways at once', async () => {
  const { id: attemptId } = await start(await makeQuiz({}));
  const shared = randomUUID();
  const submit = `mutation ($attemptId: ID!, $key: String!) {
    submitAttempt(attemptId: $attemptId, idempotencyKey: $key) {
      __typename ... on QuizAttempt { id state submittedAt submittedBy score { raw max } items { id result { correctness } } }
      ... on UserError { code message }
    }
  }`;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      askAsLearner(submit, { attemptId, key: index % 3 ? shared : randomUUID() }, index % 2),
    ),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0].submitAttempt).toMatchObject({ state: 'GRADED', submittedBy: 'LEARNER' });
}, 60_000);

/** The events of a subscription, as they came, until `events` of them were there. */
async function listen(query: string, variables: object, events: number): Promise<string> {
  const response = await fetch(gateways[0] ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${learner.accessToken}`,
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.split('event: next').length - 1 < events) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
}

const attemptFields = `fragment AttemptFields on QuizAttempt {
  id state score { raw } ability { theta } progress { answered }
  items {
    id response { __typename } result { score fraction correctness feedback key { explanation rules { response weight } } rubric { comment } }
    question { id prompt ... on ChoiceQuestion { choices { id text } } }
  }
}`;

/** Everything that a taker can ask by the public API while the attempt runs, what is refused included. */
const questions = [
  `query ($attempt: ID!) { attempt(id: $attempt) { ...AttemptFields } } ${attemptFields}`,
  `query ($quiz: ID!) { quiz(id: $quiz) { title viewerAttempts(first: 5) { edges { node { ...AttemptFields } } } viewerBestScore { raw } startability { resumableAttempt { ...AttemptFields } } } } ${attemptFields}`,
  `query { quizzes(first: 50, search: "Secret") { edges { node { id title description } } } }`,
  `query { viewer { attempts(first: 20) { edges { node { ...AttemptFields } } } } } ${attemptFields}`,
  `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Question { prompt }
    ... on QuizAttempt { ...AttemptFields } ... on BankEntry { latest { prompt } versions { prompt } } ... on QuestionBank { title entries(first: 5) { edges { node { id } } } }
  } } ${attemptFields}`,
  `query ($ids: [ID!]!) { nodes(ids: $ids) {
    ... on ChoiceQuestion { answerKey { explanation rules { response weight feedback } } irt { b } }
    ... on TextQuestion { answerKey { explanation rules { response weight feedback } } }
    ... on NumericQuestion { answerKey { explanation rules { response weight tolerance feedback } } }
  } }`,
  `query ($quiz: ID!) { quiz(id: $quiz) { slots { source { __typename } } statistics { items { distractors { choiceId rate } } } } }`,
  `query ($bank: ID!) { questionBank(id: $bank) { entries(first: 9) { edges { node { latest { prompt answerKey { explanation } } } } } } }`,
  `query { gradingQueue(first: 5) { edges { node { item { id } } } } }`,
  `query ($attempt: ID!) { attempt(id: $attempt) { seed } }`,
  `query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on TextQuestion { answerKey { explanation } } } }`,
  `mutation ($bank: ID!) { exportQuestions(bankId: $bank, format: GIFT) { __typename } }`,
  `mutation ($quiz: ID!) { previewRegrade(quizId: $quiz) { rows { after } } }`,
  `mutation ($attempt: ID!) { nextItem(attemptId: $attempt) { ... on UserError { code message } } }`,
];

it('shows no key, weight or explanation to a taker in any answer while the attempt runs', async () => {
  const quizId = await makeQuiz({ behaviour: 'IMMEDIATE' });
  const attempt = await start(quizId);
  const questionIds = attempt.items.map((item: Answer) => item.question.id);
  const variables = {
    attempt: attempt.id,
    quiz: quizId,
    bank: bankId,
    ids: [attempt.id, quizId, bankId, ...entryIds, ...questionIds],
    reps: questionIds.map((id: string) => ({ __typename: 'TextQuestion', id })),
  };
  const token = learner.accessToken;
  const follow = `subscription ($attempt: ID!) { attemptUpdated(id: $attempt) { ...AttemptFields } } ${attemptFields}`;
  const listening = listen(follow, variables, 2);
  await delay(500);
  const harvest: string[] = [JSON.stringify(attempt)];
  const post = async (query: string, given: object) => {
    const used = Object.entries(given).filter(([name]) => query.includes(`$${name}:`));
    for (const url of gateways)
      harvest.push((await postGraphql(url, { token, query, variables: Object.fromEntries(used) })).text);
  };
  let clientSequence = 0;
  for (const { id: itemId } of attempt.items)
    for (const response of [
      { text: 'x' },
      { numeric: { value: '1' } },
      { choice: { choiceIds: ['x'] } },
      { order: ['x'] },
    ]) {
      clientSequence += 1;
      await post(saveMutation, { input: { attemptId: attempt.id, itemId, clientSequence, response } });
    }
  for (const { id } of attempt.items)
    await post(
      `mutation ($attempt: ID!, $item: ID!, $key: String!) {
        checkResponse(attemptId: $attempt, itemId: $item, idempotencyKey: $key) {
          __typename ... on UserError { message } ... on AttemptItem { result { feedback key { explanation } } }
        }
      }`,
      { attempt: attempt.id, item: id, key: randomUUID() },
    );
  for (const query of questions) await post(query, variables);
  harvest.push(await listening);

  const everything = harvest.join('\n');
  expect(everything).toContain('choose');
  expect(everything.split('event: next').length - 1).toBe(2);
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);

  await askAsLearner(
    'mutation ($id: ID!, $key: String!) { submitAttempt(attemptId: $id, idempotencyKey: $key) { __typename } }',
    { id: attempt.id, key: randomUUID() },
  );
  const after = JSON.stringify(await askAsLearner(questions[0] ?? '', { attempt: attempt.id }));
  expect(secrets.filter((secret) => after.includes(secret)).length).toBe(secrets.length - 1);
}, 120_000);

it('closes an attempt within a second of its deadline, after its worker was killed with -9', async () => {
  const before = Date.now();
  const timeLimitSeconds = 30;
  const quizId = await makeQuiz({ timeLimitSeconds, graceSeconds: 0 });
  const attempt = await start(quizId);
  process.kill(house.pidOf('quiz-worker'), 'SIGKILL');
  const command = spawn(process.execPath, ['scripts/start.ts', '--separate', '--only', 'quiz-worker'], {
    cwd: root,
    env: site.environment,
    stdio: 'ignore',
  });
  expect((await once(command, 'exit'))[0]).toBe(0);
  const deadline = new Date(attempt.deadline).getTime();
  expect(Date.now()).toBeLessThan(deadline);
  // Nobody reads it before the worker had its second: a read would close it too.
  await delay(deadline - Date.now() + 4_000);
  const { attempt: closed } = await askAsLearner(
    'query ($id: ID!) { attempt(id: $id) { state submittedBy submittedAt } }',
    { id: attempt.id },
  );
  expect(closed).toMatchObject({ state: 'GRADED', submittedBy: 'TIMER' });
  const latenessMs = new Date(closed.submittedAt).getTime() - deadline;
  console.log(`closed ${latenessMs} ms after the deadline, ${Date.now() - before} ms after the start`);
  expect(latenessMs).toBeGreaterThanOrEqual(0);
  expect(latenessMs).toBeLessThanOrEqual(1_000);
}, 120_000);
