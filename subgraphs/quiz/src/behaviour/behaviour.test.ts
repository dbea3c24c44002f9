import { describe, expect, it } from '@jest/globals';
import { someKey, someViewer } from '@studymate/testkit';
import { check, pick, readAttempt, save, start, submit } from '../../tests/attempts.ts';
import { choiceInput, createWorld, makePublishedQuiz, makeQuestion, makeQuiz } from '../../tests/world.ts';

const world = await createWorld();
const eachTime = { showScore: 'AFTER_SUBMIT', showCorrectness: 'AFTER_EACH', showAnswerKey: 'AFTER_EACH' };

async function begin(settings: Record<string, unknown>) {
  const quiz = await makePublishedQuiz(world, { ...settings, shuffleQuestions: false }, 2);
  const viewer = someViewer();
  const attempt = await start(world, viewer, quiz.quizId);
  const [item, other] = attempt.items;
  let clientSequence = 0;
  const give = (isRight: boolean, certainty?: string, asked = item) => {
    clientSequence += 1;
    const choice = { choiceIds: [pick(asked, isRight)], ...(certainty ? { certainty } : {}) };
    return save(world, viewer, {
      attemptId: attempt.id,
      itemId: asked.id,
      response: { choice },
      clientSequence,
    });
  };
  const judge = (key = someKey()) => check(world, viewer, { attemptId: attempt.id, itemId: item.id, key });
  return { ...quiz, viewer, attempt, item, other, give, judge };
}

describe('DEFERRED', () => {
  it('judges nothing before the end', async () => {
    const { viewer, attempt, give, judge } = await begin({ feedback: eachTime });
    await give(true);
    expect(await judge()).toMatchObject({ __typename: 'StateError', currentState: 'DEFERRED' });
    expect((await readAttempt(world, viewer, attempt.id)).items[0].result).toBeNull();
  });
});

describe('IMMEDIATE', () => {
  it('judges an answer once, for good, and shows its key when the policy says so', async () => {
    const { viewer, attempt, give, judge } = await begin({ behaviour: 'IMMEDIATE', feedback: eachTime });
    expect(await judge()).toMatchObject({ __typename: 'ValidationError' });
    await give(false);
    expect(await judge()).toMatchObject({
      tries: 1,
      settled: true,
      result: { score: 0, correctness: 'INCORRECT', key: { explanation: 'because question 1 is so' } },
    });
    expect(await give(true)).toMatchObject({ __typename: 'StateError', currentState: 'JUDGED' });
    const running = await readAttempt(world, viewer, attempt.id);
    expect(running.score).toBeNull();
    expect(running.items[1].result).toBeNull();
    expect((await submit(world, viewer, attempt.id)).score).toMatchObject({ raw: 0, max: 2 });
  });

  it('is idempotent: one key of checkResponse judges once, and is for no other question', async () => {
    const { viewer, attempt, other, give, judge } = await begin({
      behaviour: 'INTERACTIVE_MULTIPLE_TRIES',
      feedback: eachTime,
    });
    await give(false);
    const key = someKey();
    const [first, ...others] = await Promise.all([judge(key), judge(key), judge(key)]);
    expect(first).toMatchObject({ tries: 1 });
    expect(others).toEqual([first, first]);
    expect(await check(world, viewer, { attemptId: attempt.id, itemId: other.id, key })).toMatchObject({
      __typename: 'ConflictError',
    });
  });

  it('tells nothing before the end when the policy says AFTER_SUBMIT', async () => {
    const { viewer, attempt, give, judge } = await begin({ behaviour: 'IMMEDIATE' });
    await give(true);
    expect(await judge()).toMatchObject({ settled: true, result: null });
    const graded = await submit(world, viewer, attempt.id);
    expect(graded.items[0].result).toMatchObject({ correctness: 'CORRECT' });
  });

  it('hides what was told while another attempt asks the same question', async () => {
    const { viewer, attempt, give, judge, author, entries } = await begin({
      behaviour: 'IMMEDIATE',
      feedback: eachTime,
    });
    await give(true);
    await judge();
    const { quizId } = await makeSecondQuiz(author, entries);
    const second = await start(world, viewer, quizId);
    expect((await readAttempt(world, viewer, attempt.id)).items[0].result).toBeNull();
    await submit(world, viewer, second.id);
    expect((await readAttempt(world, viewer, attempt.id)).items[0].result).not.toBeNull();
  });

  it("judges only the learner's own answers", async () => {
    const { attempt, item, give } = await begin({ behaviour: 'IMMEDIATE' });
    await give(true);
    const foreign = await check(world, someViewer(), { attemptId: attempt.id, itemId: item.id });
    expect(foreign).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('says that time is up, and grades what was saved', async () => {
    const { give, judge } = await begin({ behaviour: 'IMMEDIATE', timeLimitSeconds: 60, graceSeconds: 0 });
    await give(true);
    world.pass(60);
    expect(await judge()).toMatchObject({ __typename: 'AttemptExpiredError', code: 'EXPIRED' });
  });
});

async function makeSecondQuiz(author: Parameters<typeof makeQuiz>[1], entries: readonly { id: string }[]) {
  const quizId = await makeQuiz(world, author);
  const slots = entries.map(({ id }) => ({ entryId: id, maxScore: 1 }));
  await world.get(
    author.viewer,
    `mutation ($quizId: ID!, $slots: [QuizSlotInput!]!) {
      setQuizSlots(quizId: $quizId, slots: $slots, expectedRevision: 1) { __typename }
      publishQuiz(id: $quizId, expectedRevision: 2) { __typename }
    }`,
    { quizId, slots },
  );
  return { quizId };
}

describe('INTERACTIVE_MULTIPLE_TRIES', () => {
  const settings = {
    behaviour: 'INTERACTIVE_MULTIPLE_TRIES',
    maxTries: 3,
    tryPenalty: 0.25,
    feedback: eachTime,
  };

  it('costs a share of the points for each failed try, and keeps the key until the last', async () => {
    const { viewer, attempt, give, judge } = await begin(settings);
    await give(false);
    expect(await judge()).toMatchObject({
      tries: 1,
      settled: false,
      result: { correctness: 'INCORRECT', key: null },
    });
    await give(true);
    expect(await judge()).toMatchObject({
      tries: 2,
      settled: true,
      result: { score: 0.75, fraction: 1, correctness: 'CORRECT', key: { rules: expect.anything() } },
    });
    expect((await submit(world, viewer, attempt.id)).score.raw).toBe(0.75);
  });

  it('judges the same answer once, by whatever key, and a key answers what it answered', async () => {
    const { give, judge } = await begin(settings);
    await give(false);
    const key = someKey();
    const answers = await Promise.all([judge(key), judge(key), judge(), judge()]);
    expect(answers.map(({ tries }) => tries)).toEqual([1, 1, 1, 1]);
    await give(false);
    expect(await judge()).toMatchObject({ tries: 1 });
  });

  it('closes after the last try, and counts an answer left unjudged as one try more', async () => {
    const { viewer, attempt, give, judge, other } = await begin({ ...settings, maxTries: 1 });
    await give(false);
    expect(await judge()).toMatchObject({ settled: true, result: { key: { rules: expect.anything() } } });
    await give(true, undefined, other);
    expect((await submit(world, viewer, attempt.id)).score.raw).toBe(1);

    const second = await begin(settings);
    await second.give(false);
    await second.judge();
    await second.give(true);
    expect((await submit(world, second.viewer, second.attempt.id)).score.raw).toBe(0.75);
  });

  it('grades again by a new key with the tries as they were', async () => {
    const { viewer, author, bankId, entries, quizId, attempt, give, judge } = await begin(settings);
    await give(false);
    await judge();
    await give(true);
    await submit(world, viewer, attempt.id);
    await makeQuestion(world, author, { ...choiceInput(bankId, 'question 1'), entryId: entries[0].id });
    const preview = 'mutation ($id: ID!) { previewRegrade(quizId: $id) { changed } }';
    const grader = author.viewer;
    expect((await world.get(grader, preview, { id: quizId })).previewRegrade).toEqual({ changed: 0 });
    expect((await readAttempt(world, viewer, attempt.id)).score.raw).toBe(0.75);
  });

  it('is refused where a failed try would not be told', async () => {
    const { author } = await makePublishedQuiz(world);
    const { createQuiz } = await world.get(
      author.viewer,
      `mutation ($input: QuizInput!, $key: String!) {
        createQuiz(input: $input, idempotencyKey: $key) { ... on UserError { code path } }
      }`,
      {
        input: {
          title: 'x',
          subjectId: author.subjectId,
          difficulty: 'EASY',
          behaviour: 'INTERACTIVE_MULTIPLE_TRIES',
        },
        key: someKey(),
      },
    );
    expect(createQuiz).toEqual({ code: 'VALIDATION', path: ['input', 'feedback', 'showCorrectness'] });
  });
});

describe('CERTAINTY_BASED', () => {
  it('pays for being sure and right, and charges for being sure and wrong', async () => {
    const { viewer, attempt, give, other } = await begin({ behaviour: 'CERTAINTY_BASED' });
    await give(true, 'MEDIUM');
    await give(false, 'HIGH', other);
    const graded = await submit(world, viewer, attempt.id);
    expect(graded.items.map(({ certainty }: { certainty: string }) => certainty)).toEqual(['MEDIUM', 'HIGH']);
    expect(graded.items.map(({ result }: { result: { score: number } }) => result.score)).toEqual([
      0.6666666667, -2,
    ]);
    expect(graded.score).toMatchObject({ raw: -1.3333333333, max: 2, fraction: 0 });
  });

  it('takes no certainty for LOW', async () => {
    const { viewer, attempt, give } = await begin({ behaviour: 'CERTAINTY_BASED' });
    await give(true);
    const [item] = (await submit(world, viewer, attempt.id)).items;
    expect(item).toMatchObject({ certainty: null, result: { score: 0.3333333333, fraction: 1 } });
  });
});
