import { describe, expect, it } from '@jest/globals';
import { outboxOf, someViewer } from '@studymate/testkit';
import { readAttempt, save, start, submit } from '../../tests/attempts.ts';
import {
  choiceInput,
  createWorld,
  makeBank,
  makeQuestion,
  makeQuiz,
  publish,
  setSlots,
  withSubject,
} from '../../tests/world.ts';

const world = await createWorld();

const level = (points: number) => ({ points, description: `worth ${points}` });
const essay = {
  prompt: 'Why do leaves look green?',
  explanation: 'They reflect green light.',
  essay: {
    minWords: 20,
    rubric: [
      { title: 'Physics', levels: [level(0), level(3)] },
      { title: 'Wording', levels: [level(1), level(0)] },
    ],
  },
};

async function makeEssayQuiz() {
  const author = await withSubject(world, 'AUTHOR');
  const bankId = await makeBank(world, author);
  const written = await makeQuestion(world, author, { bankId, ...essay });
  const chosen = await makeQuestion(world, author, choiceInput(bankId, 'choose'));
  const quizId = await makeQuiz(world, author, { shuffleQuestions: false });
  const slots = [written, chosen].map(({ id }) => ({ entryId: id, maxScore: 8 }));
  await setSlots(world, author, { quizId, slots, expectedRevision: 1 });
  await publish(world, author.viewer, quizId, 2);
  return { author, bankId, quizId };
}

async function handIn(quizId: string, text = 'Chlorophyll reflects green light.') {
  const viewer = someViewer();
  const attempt = await start(world, viewer, quizId);
  const [item] = attempt.items;
  await save(world, viewer, {
    attemptId: attempt.id,
    itemId: item.id,
    response: { text },
    clientSequence: 1,
  });
  return { viewer, attempt, item, submitted: await submit(world, viewer, attempt.id) };
}

const gradeMutation = `mutation ($attemptId: ID!, $itemId: ID!, $rubric: [RubricScoreInput!]!) {
  gradeEssay(attemptId: $attemptId, itemId: $itemId, rubric: $rubric) {
    __typename ... on UserError { code message path }
    ... on AttemptItem { result { score fraction correctness gradedBy rubric { points comment } } }
  }
}`;

type Item = { id: string; question: { rubric: { id: string }[] } };
const scoresOf = (item: Item, points: readonly number[]) =>
  item.question.rubric.map(({ id }, index) => ({ criterionId: id, points: points[index] ?? 0 }));

const queueQuery = `query ($first: Int, $after: String, $quizId: ID) {
  gradingQueue(first: $first, after: $after, quizId: $quizId) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      item { id response { ... on TextResponse { text } } question { prompt ... on EssayQuestion { rubric { title } } } result { gradedBy } }
      attempt { id state user { id } } proposal { points comment }
    } }
  }
}`;
const queue = async (viewer: ReturnType<typeof someViewer>, variables: object = {}) =>
  (await world.get(viewer, queueQuery, { first: 10, ...variables })).gradingQueue;

describe('an essay', () => {
  it('shows its rubric, and leaves the attempt GRADING until a person grades it', async () => {
    const { author, quizId } = await makeEssayQuiz();
    const { viewer, attempt, item, submitted } = await handIn(quizId);
    expect(item.question).toMatchObject({
      __typename: 'EssayQuestion',
      minWords: 20,
      rubric: [
        { title: 'Physics', points: 3 },
        { title: 'Wording', points: 1 },
      ],
    });
    expect(submitted).toMatchObject({ state: 'GRADING', score: null });
    expect(submitted.items[0].result).toMatchObject({ correctness: 'PENDING', score: 0, rubric: [] });
    expect(submitted.items[0].response).toEqual({
      __typename: 'TextResponse',
      text: 'Chlorophyll reflects green light.',
    });
    const graded = async () =>
      (await outboxOf(world.database)).filter(
        ({ name, payload }) => name === 'quiz.attempt.graded' && payload.attemptId === attempt.id,
      );
    expect(await graded()).toEqual([]);

    const variables = { attemptId: attempt.id, itemId: item.id };
    const { gradeEssay } = await world.get(author.viewer, gradeMutation, {
      ...variables,
      rubric: scoresOf(item, [3, 0]),
    });
    expect(gradeEssay.result).toMatchObject({
      score: 6,
      fraction: 0.75,
      correctness: 'PARTIAL',
      gradedBy: 'HUMAN',
      rubric: [{ points: 3 }, { points: 0 }],
    });
    expect(await readAttempt(world, viewer, attempt.id)).toMatchObject({
      state: 'GRADED',
      score: { raw: 6, max: 16 },
    });
    expect(await graded()).toHaveLength(1);

    await world.get(author.viewer, gradeMutation, { ...variables, rubric: scoresOf(item, [3, 1]) });
    expect((await readAttempt(world, viewer, attempt.id)).score.raw).toBe(8);
    expect(await graded()).toHaveLength(1);
  });

  it('left empty earns nothing and waits for nobody', async () => {
    const { quizId } = await makeEssayQuiz();
    const { submitted } = await handIn(quizId, '  ');
    expect(submitted).toMatchObject({ state: 'GRADED', score: { raw: 0 } });
    expect(submitted.items[0].result).toMatchObject({ correctness: 'UNANSWERED', gradedBy: 'RULES' });
  });

  it('keeps a person’s grade in a regrade', async () => {
    const { author, quizId } = await makeEssayQuiz();
    const { attempt, item } = await handIn(quizId);
    await world.get(author.viewer, gradeMutation, {
      attemptId: attempt.id,
      itemId: item.id,
      rubric: scoresOf(item, [3, 1]),
    });
    const { previewRegrade } = await world.get(
      author.viewer,
      'mutation ($id: ID!) { previewRegrade(quizId: $id) { changed rows { before after } } }',
      { id: quizId },
    );
    expect(previewRegrade).toEqual({ changed: 0, rows: [] });
  });

  it('is graded by the one who wrote the quiz, within the rubric', async () => {
    const { author, quizId } = await makeEssayQuiz();
    const { viewer, attempt, item, submitted } = await handIn(quizId);
    const give = async (by: typeof viewer, itemId: string, rubric: object) =>
      (await world.get(by, gradeMutation, { attemptId: attempt.id, itemId, rubric })).gradeEssay;
    const fair = scoresOf(item, [3, 1]);
    const stranger = someViewer({ roles: ['AUTHOR'] });
    expect(await give(stranger, item.id, fair)).toMatchObject({ code: 'NOT_FOUND' });
    const { errors } = await world.ask(viewer, gradeMutation, {
      attemptId: attempt.id,
      itemId: item.id,
      rubric: fair,
    });
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    for (const rubric of [scoresOf(item, [4, 1]), fair.slice(1), [...fair, ...fair], scoresOf(item, [-1, 0])])
      expect(await give(author.viewer, item.id, rubric)).toMatchObject({ code: 'VALIDATION' });
    expect(await give(author.viewer, submitted.items[1].id, fair)).toMatchObject({ code: 'STATE' });
  });
});

describe('what AI proposes', () => {
  it('counts for nothing and is for the grader’s eyes, until a person gives the same points', async () => {
    const { author, quizId } = await makeEssayQuiz();
    const { viewer, attempt, item } = await handIn(quizId);
    const asked = (await outboxOf(world.database)).find(({ payload }) => payload.itemId === item.id);
    expect(asked).toMatchObject({
      name: 'quiz.essay.submitted',
      payload: { text: 'Chlorophyll reflects green light.', modelAnswer: 'They reflect green light.' },
    });
    const scores = scoresOf(item, [3, 0]).map((score) => ({ ...score, comment: 'names the light' }));
    const assessed = { itemId: item.id, userId: viewer.id, model: 'embedded/embedded-1' };
    await world.hear('ai.essay.assessed', { ...assessed, scores });

    const mine = await readAttempt(world, viewer, attempt.id);
    expect(mine).toMatchObject({ state: 'GRADING', score: null });
    expect(JSON.stringify(mine)).not.toContain('names the light');
    expect(JSON.stringify(mine)).not.toContain('AI_PROPOSED');
    const [{ node }] = (await queue(author.viewer)).edges;
    expect(node).toMatchObject({
      item: { result: { gradedBy: 'AI_PROPOSED' } },
      proposal: [{ points: 3, comment: 'names the light' }, { points: 0 }],
    });

    const variables = { attemptId: attempt.id, itemId: item.id, rubric: scoresOf(item, [3, 0]) };
    const { gradeEssay } = await world.get(author.viewer, gradeMutation, variables);
    expect(gradeEssay.result).toMatchObject({ gradedBy: 'AI_CONFIRMED', score: 6 });
    await world.hear('ai.essay.assessed', {
      ...assessed,
      scores: scores.map((score) => ({ ...score, points: 0 })),
    });
    expect((await readAttempt(world, viewer, attempt.id)).score.raw).toBe(6);
  });
});

describe('the grading queue', () => {
  it('lists what waits for the viewer, oldest first, and nobody else’s', async () => {
    const { author, quizId } = await makeEssayQuiz();
    const other = await makeEssayQuiz();
    const handed = [];
    for (let index = 0; index < 3; index += 1) handed.push(await handIn(quizId));
    await handIn(other.quizId);
    const page = await queue(author.viewer, { first: 2 });
    const ids = (edges: { node: { item: { id: string } } }[]) => edges.map(({ node }) => node.item.id);
    expect(page).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await queue(author.viewer, { first: 2, after: page.pageInfo.endCursor });
    expect([...ids(page.edges), ...ids(rest.edges)]).toEqual(handed.map(({ item }) => item.id));
    expect((await queue(author.viewer, { quizId: other.quizId })).edges).toEqual([]);

    await world.get(
      author.viewer,
      'mutation ($id: ID!) { invalidateAttempt(attemptId: $id) { __typename } }',
      { id: handed[0]?.attempt.id },
    );
    expect((await queue(author.viewer)).totalCount).toBe(2);
    const { errors } = await world.ask(someViewer(), queueQuery, { first: 1 });
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('asks as many queries for five as for one', async () => {
    const counts: number[] = [];
    for (const size of [1, 5]) {
      const { author, quizId } = await makeEssayQuiz();
      for (let index = 0; index < size; index += 1) await handIn(quizId);
      counts.push((await world.askCounting(author.viewer, queueQuery, { first: 10 })).queries);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});
