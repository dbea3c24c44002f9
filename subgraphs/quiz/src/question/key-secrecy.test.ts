import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { attemptFields, readAttempt, save, start, submit } from '../../tests/attempts.ts';
import {
  createWorld,
  makeBank,
  makeQuestion,
  makeQuiz,
  publish,
  setSlots,
  withSubject,
} from '../../tests/world.ts';

const world = await createWorld();

/** Words that stand in keys, weights' feedback and explanations only: whoever reads one has read a key. */
const secrets = [
  'explanation-secret',
  'feedback-secret',
  'text-answer-secret',
  '31.41592',
  '0.0173',
  'gap-answer-secret',
] as const;

const feedback = 'feedback-secret';
const explanation = 'explanation-secret';
const bodies = [
  {
    prompt: 'choose',
    choice: {
      multiple: true,
      partialCredit: 'EXPLICIT_WEIGHTS',
      choices: [
        { text: 'alpha', weight: 1, feedback },
        { text: 'beta', weight: -0.0173, feedback },
        { text: 'gamma', weight: 0 },
      ],
    },
  },
  { prompt: 'write', text: { answers: [{ pattern: 'text-answer-secret', weight: 1, feedback }] } },
  {
    prompt: 'count',
    numeric: { answers: [{ value: '31.41592', tolerance: '0.0173', weight: 1, feedback }] },
  },
  {
    prompt: 'fill {{1}} and {{2}}',
    cloze: {
      gaps: [
        { answers: [{ pattern: 'gap-answer-secret', weight: 1, feedback }] },
        { choices: ['red', 'blue'], answers: [{ pattern: 'blue', weight: 1, feedback }] },
      ],
    },
  },
  {
    prompt: 'match',
    match: {
      pairs: [
        { left: 'a', right: '1' },
        { left: 'b', right: '2' },
      ],
      distractors: ['3'],
    },
  },
  { prompt: 'order', order: { items: ['first', 'second', 'third'] } },
];

async function makeSecretQuiz(settings: Record<string, unknown> = {}) {
  const author = await withSubject(world, 'AUTHOR');
  const bankId = await makeBank(world, author);
  const entries = [];
  for (const body of bodies)
    entries.push(await makeQuestion(world, author, { bankId, explanation, ...body }));
  const quizId = await makeQuiz(world, author, settings);
  const slots = entries.map(({ id }) => ({ entryId: id, maxScore: 1 }));
  await setSlots(world, author, { quizId, slots, expectedRevision: 1 });
  await publish(world, author.viewer, quizId, 2);
  return { author, bankId, entries, quizId };
}

/** Everything a taker can ask about a quiz, an attempt and its questions, fields for authors included. */
const everything = `query ($quizId: ID!, $attemptId: ID!, $bankId: ID!, $representations: [_Any!]!) {
  quiz(id: $quizId) { ...QuizFields }
  quizzes(first: 100) { edges { node { ...QuizFields } } }
  attempt(id: $attemptId) { ...AttemptFields }
  questionBank(id: $bankId) { id entries(first: 10) { edges { node { latest { prompt answerKey { explanation } } } } } }
  _entities(representations: $representations) {
    __typename
    ... on Quiz { ...QuizFields }
    ... on QuizAttempt { ...AttemptFields }
    ... on AttemptItem { question { id } result { feedback key { explanation rules { response } } } }
    ... on BankEntry { latest { prompt } versions { prompt } }
    ... on QuestionBank { title }
    ... on Question { id prompt answerKey { explanation rules { response weight tolerance feedback } } }
    ... on ChoiceQuestion { choices { id text } }
    ... on OrderQuestion { items { id text } }
    ... on MatchQuestion { right { id text } }
  }
}
fragment QuizFields on Quiz {
  id title slots { source { __typename ... on FixedSlot { entry { id latest { prompt } } } } }
  statistics { items { question { id } distractors { choiceId rate } } }
  startability { resumableAttempt { ...AttemptFields } }
  viewerAttempts(first: 5) { edges { node { ...AttemptFields } } }
}
${attemptFields}`;

const typenames: Record<string, string> = {
  qch: 'ChoiceQuestion',
  qtx: 'TextQuestion',
  qnu: 'NumericQuestion',
  qcl: 'ClozeQuestion',
  qma: 'MatchQuestion',
  qor: 'OrderQuestion',
};

type Attempt = { id: string; items: { id: string; question: { id: string } }[] };

async function harvest(
  viewer: ReturnType<typeof someViewer>,
  quiz: Awaited<ReturnType<typeof makeSecretQuiz>>,
  attempt: Attempt,
): Promise<string> {
  const representations = [
    { __typename: 'Quiz', id: quiz.quizId },
    { __typename: 'QuizAttempt', id: attempt.id },
    { __typename: 'QuestionBank', id: quiz.bankId },
    ...quiz.entries.map(({ id }) => ({ __typename: 'BankEntry', id })),
    ...attempt.items.map(({ id }) => ({ __typename: 'AttemptItem', id })),
    ...attempt.items.map(({ question: { id } }) => ({ __typename: typenames[id.slice(0, 3)], id })),
  ];
  const variables = { quizId: quiz.quizId, attemptId: attempt.id, bankId: quiz.bankId, representations };
  const read = await world.ask(viewer, everything, variables);
  const broken = await Promise.all(
    attempt.items.flatMap(({ id: itemId }) => [
      save(world, viewer, { attemptId: attempt.id, itemId, clientSequence: 1, response: { text: 'x' } }),
      save(world, viewer, { attemptId: attempt.id, itemId, clientSequence: 1, response: { order: ['x'] } }),
      save(world, viewer, {
        attemptId: attempt.id,
        itemId,
        clientSequence: 1,
        response: { numeric: { value: '1' } },
      }),
    ]),
  );
  return JSON.stringify([read, broken]);
}

const found = (text: string) => secrets.filter((secret) => text.includes(secret));

describe('answer keys', () => {
  it('stay out of every answer during an attempt, for learners and for other authors', async () => {
    const quiz = await makeSecretQuiz();
    for (const viewer of [
      someViewer(),
      someViewer({ roles: ['AUTHOR'] }),
      someViewer({ roles: ['ADMIN'] }),
    ]) {
      const attempt = await start(world, viewer, quiz.quizId);
      const harvested = JSON.stringify(attempt) + (await harvest(viewer, quiz, attempt));
      expect(harvested).toContain('choose');
      expect(harvested).toContain('blue');
      expect(found(harvested)).toEqual([]);
    }
  });

  it('are all there for the author, so the search above can find them', async () => {
    const quiz = await makeSecretQuiz();
    const keys = JSON.stringify(quiz.entries);
    expect(found(keys)).toEqual([...secrets]);
  });

  it('appear after the attempt when the policy says so, and the moment before they do not', async () => {
    const closesAt = new Date(world.clock.now.getTime() + 600_000).toISOString();
    const feedbackPolicy = {
      showScore: 'AFTER_SUBMIT',
      showCorrectness: 'AFTER_SUBMIT',
      showAnswerKey: 'AFTER_CLOSE',
    };
    const quiz = await makeSecretQuiz({ closesAt, feedback: feedbackPolicy });
    const viewer = someViewer();
    const attempt = await start(world, viewer, quiz.quizId);
    const graded = JSON.stringify(await submit(world, viewer, attempt.id));
    expect(graded).toContain('"correctness":"UNANSWERED"');
    expect(found(graded + (await harvest(viewer, quiz, attempt)))).toEqual([]);

    world.pass(600);
    expect(found(JSON.stringify(await readAttempt(world, viewer, attempt.id)))).toEqual([...secrets]);
  });

  it('of an earlier attempt are hidden again while the same questions are asked', async () => {
    const quiz = await makeSecretQuiz();
    const viewer = someViewer();
    const first = await start(world, viewer, quiz.quizId);
    expect(found(JSON.stringify(await submit(world, viewer, first.id)))).toEqual([...secrets]);

    const second = await start(world, viewer, quiz.quizId);
    expect(found(JSON.stringify(await readAttempt(world, viewer, first.id)))).toEqual([]);
    expect(found(await harvest(viewer, quiz, first))).toEqual([]);
    await submit(world, viewer, second.id);
    expect(found(JSON.stringify(await readAttempt(world, viewer, first.id)))).toEqual([...secrets]);
  });

  it('never show when the policy says NEVER, not even right or wrong', async () => {
    const never = { showScore: 'NEVER', showCorrectness: 'NEVER', showAnswerKey: 'NEVER' };
    const quiz = await makeSecretQuiz({ feedback: never });
    const viewer = someViewer();
    const attempt = await start(world, viewer, quiz.quizId);
    const graded = await submit(world, viewer, attempt.id);
    expect(graded).toMatchObject({ state: 'GRADED', score: null });
    expect(graded.items.every(({ result }: { result: unknown }) => result === null)).toBe(true);
  });

  it('are not betrayed by stored order: options come in the order of random ids', async () => {
    const quiz = await makeSecretQuiz();
    const rows = await world.database.question.findMany({
      where: { entry: { bankId: quiz.bankId }, kind: { in: ['MATCH', 'ORDER'] } },
    });
    expect(rows).toHaveLength(2);
    for (const { content } of rows) {
      const { right, items } = content as { right?: { id: string }[]; items?: { id: string }[] };
      const ids = (right ?? items ?? []).map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted());
    }
  });

  it('are shown to the grader whatever the policy', async () => {
    const never = { showScore: 'NEVER', showCorrectness: 'NEVER', showAnswerKey: 'NEVER' };
    const quiz = await makeSecretQuiz({ feedback: never });
    const viewer = someViewer();
    const attempt = await start(world, viewer, quiz.quizId);
    await submit(world, viewer, attempt.id);
    expect(found(JSON.stringify(await readAttempt(world, quiz.author.viewer, attempt.id)))).toEqual([
      ...secrets,
    ]);
    expect(await readAttempt(world, someViewer({ roles: ['AUTHOR'] }), attempt.id)).toBeNull();
  });
});
