import { describe, expect, it } from '@jest/globals';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { pick, readAttempt, save, start, submit } from '../../tests/attempts.ts';
import { choiceInput, createWorld, makePublishedQuiz, makeQuestion } from '../../tests/world.ts';
import { closeAttempt, createOverdueSweep } from './attempt.jobs.ts';

const world = await createWorld();

async function begin(settings: Record<string, unknown> = {}, count = 3) {
  const quiz = await makePublishedQuiz(world, settings, count);
  const viewer = someViewer();
  const attempt = await start(world, viewer, quiz.quizId);
  return { ...quiz, viewer, attempt };
}

const answer = (
  attemptId: string,
  item: Parameters<typeof pick>[0],
  isRight: boolean,
  clientSequence = 1,
) => ({
  attemptId,
  itemId: item.id,
  response: { choice: { choiceIds: [pick(item, isRight)] } },
  clientSequence,
});

describe('startAttempt', () => {
  it('asks every question, unanswered', async () => {
    const { attempt } = await begin();
    expect(attempt).toMatchObject({
      __typename: 'QuizAttempt',
      number: 1,
      state: 'IN_PROGRESS',
      deadline: null,
      remainingSeconds: null,
      score: null,
      progress: { answered: 0, total: 3, flagged: 0 },
    });
    expect(attempt.items.map((item: { number: number }) => item.number)).toEqual([1, 2, 3]);
    for (const item of attempt.items) {
      expect(item).toMatchObject({ response: null, result: null, maxScore: 1 });
      expect(item.question.choices.map(({ id }: { id: string }) => id)).toEqual(item.choiceOrder);
    }
  });

  it('answers the same attempt to the same key, and one only to twenty at once', async () => {
    const { quizId } = await makePublishedQuiz(world);
    const viewer = someViewer();
    const key = someKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(world, viewer, quizId, key)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await world.database.attempt.count({ where: { userId: viewer.id } })).toBe(1);
  });

  it('lets one attempt be in progress, however many keys ask at once', async () => {
    const { quizId } = await makePublishedQuiz(world);
    const viewer = someViewer();
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(world, viewer, quizId)));
    const types = answers.map(({ __typename }) => __typename).toSorted();
    expect(types).toEqual(['QuizAttempt', ...Array.from({ length: 9 }, () => 'StateError')]);
    expect(answers.find(({ code }) => code === 'STATE')).toMatchObject({
      currentState: 'ATTEMPT_IN_PROGRESS',
    });
  });

  it('refuses the same key for another quiz', async () => {
    const [one, other] = [await makePublishedQuiz(world), await makePublishedQuiz(world)];
    const viewer = someViewer();
    const key = someKey();
    await start(world, viewer, one.quizId, key);
    expect(await start(world, viewer, other.quizId, key)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('refuses more attempts than there are', async () => {
    const { viewer, quizId, attempt } = await begin({ maxAttempts: 1 });
    await submit(world, viewer, attempt.id);
    expect(await start(world, viewer, quizId)).toMatchObject({
      __typename: 'QuotaExceededError',
      code: 'QUOTA_EXCEEDED',
    });
  });

  it('does not know a quiz that the viewer may not see', async () => {
    const { quizId } = await makePublishedQuiz(world, { visibility: 'PRIVATE' });
    expect(await start(world, someViewer(), quizId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await start(world, someViewer(), 'qz_nothing')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps to the opening hours, and ends when the quiz closes', async () => {
    const opensAt = new Date(world.clock.now.getTime() + 60_000).toISOString();
    const closesAt = new Date(world.clock.now.getTime() + 180_000).toISOString();
    const { quizId } = await makePublishedQuiz(world, { opensAt, closesAt, timeLimitSeconds: 600 });
    const viewer = someViewer();
    expect(await start(world, viewer, quizId)).toMatchObject({ currentState: 'NOT_OPEN' });
    world.pass(60);
    expect(await start(world, viewer, quizId)).toMatchObject({ deadline: closesAt, remainingSeconds: 120 });
    world.pass(120);
    expect(await start(world, someViewer(), quizId)).toMatchObject({ currentState: 'CLOSED' });
  });
});

describe('order', () => {
  it('differs between attempts and never within one', async () => {
    const { quizId } = await makePublishedQuiz(world, {}, 8);
    const viewers = [someViewer(), someViewer(), someViewer()];
    const orders = await Promise.all(
      viewers.map(async (viewer) => {
        const attempt = await start(world, viewer, quizId);
        const again = await readAttempt(world, viewer, attempt.id);
        expect(again.items).toEqual(attempt.items);
        return JSON.stringify(attempt.items.map((item: Parameters<typeof pick>[0]) => item.question));
      }),
    );
    expect(new Set(orders).size).toBe(3);
  });

  it("keeps the author's when the quiz says so", async () => {
    const { attempt } = await begin({ shuffleQuestions: false, shuffleChoices: false });
    const { items } = attempt;
    expect(items.map((item: { question: { prompt: string } }) => item.question.prompt)).toEqual([
      'question 1',
      'question 2',
      'question 3',
    ]);
    for (const item of items) expect(item.question.choices[0].text).toBe('the right one');
  });
});

describe('saveResponse', () => {
  it('stores the answer and the flag, and counts them', async () => {
    const { viewer, attempt } = await begin();
    const [first, second] = attempt.items;
    const saved = await save(world, viewer, { ...answer(attempt.id, first, true), flagged: true });
    expect(saved).toMatchObject({
      __typename: 'AttemptItem',
      flagged: true,
      savedAt: world.clock.now.toISOString(),
      response: { choiceIds: [pick(first, true)] },
      result: null,
    });
    await save(world, viewer, { attemptId: attempt.id, itemId: second.id, flagged: true, clientSequence: 1 });
    expect((await readAttempt(world, viewer, attempt.id)).progress).toEqual({
      answered: 1,
      total: 3,
      flagged: 2,
    });
  });

  it('lets the highest clientSequence win, in whatever order saves arrive', async () => {
    const { viewer, attempt } = await begin();
    const [item] = attempt.items;
    await save(world, viewer, answer(attempt.id, item, false, 2));
    const late = await save(world, viewer, answer(attempt.id, item, true, 1));
    expect(late.response).toEqual({ choiceIds: [pick(item, false)] });
    const again = await save(world, viewer, answer(attempt.id, item, false, 2));
    expect(again.__typename).toBe('AttemptItem');
    const other = await save(world, viewer, answer(attempt.id, item, true, 2));
    expect(other).toMatchObject({ __typename: 'ConflictError', currentVersion: 2 });
  });

  it('takes an answer back', async () => {
    const { viewer, attempt } = await begin();
    const [item] = attempt.items;
    await save(world, viewer, answer(attempt.id, item, true, 1));
    const cleared = await save(world, viewer, { ...answer(attempt.id, item, true, 2), response: {} });
    expect(cleared.response).toBeNull();
  });

  it('refuses what the question does not have, and says where', async () => {
    const { viewer, attempt } = await begin();
    const [item] = attempt.items;
    const wrong = { attemptId: attempt.id, itemId: item.id, clientSequence: 1 };
    const unknown = await save(world, viewer, { ...wrong, response: { choice: { choiceIds: ['nope'] } } });
    expect(unknown).toMatchObject({
      __typename: 'ValidationError',
      path: ['input', 'response', 'choice', 'choiceIds'],
    });
    const two = item.choiceOrder.slice(0, 2);
    expect(await save(world, viewer, { ...wrong, response: { choice: { choiceIds: two } } })).toMatchObject({
      code: 'VALIDATION',
    });
    expect(await save(world, viewer, { ...wrong, response: { text: 'hello' } })).toMatchObject({
      code: 'VALIDATION',
    });
  });

  it("does not find another learner's attempt, nor an item of another attempt", async () => {
    const [mine, yours] = [await begin(), await begin()];
    const foreign = await save(world, mine.viewer, answer(yours.attempt.id, yours.attempt.items[0], true));
    expect(foreign).toMatchObject({ __typename: 'NotFoundError' });
    const mixed = await save(world, mine.viewer, answer(mine.attempt.id, yours.attempt.items[0], true));
    expect(mixed).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('refuses after the attempt was handed in', async () => {
    const { viewer, attempt } = await begin();
    await submit(world, viewer, attempt.id);
    expect(await save(world, viewer, answer(attempt.id, attempt.items[0], true))).toMatchObject({
      __typename: 'StateError',
      currentState: 'GRADED',
      allowedStates: ['IN_PROGRESS'],
    });
  });
});

describe('submitAttempt', () => {
  it('grades, shows what the policy allows, and tells the other domains', async () => {
    const { viewer, attempt, author, quizId } = await begin({ passScore: 0.5 });
    const [first, second, third] = attempt.items;
    await save(world, viewer, answer(attempt.id, first, true));
    await save(world, viewer, answer(attempt.id, second, false));
    const graded = await submit(world, viewer, attempt.id);

    expect(graded).toMatchObject({
      state: 'GRADED',
      submittedBy: 'LEARNER',
      score: { raw: 1, max: 3, fraction: 0.3333333333, passed: false },
    });
    const results = new Map(
      graded.items.map((item: { id: string; result: object }) => [item.id, item.result]),
    );
    expect(results.get(first.id)).toMatchObject({ score: 1, correctness: 'CORRECT', gradedBy: 'RULES' });
    expect(results.get(second.id)).toMatchObject({ score: 0, correctness: 'INCORRECT' });
    expect(results.get(third.id)).toMatchObject({ score: 0, correctness: 'UNANSWERED', feedback: null });
    expect(results.get(first.id)).toMatchObject({
      feedback: `praise for ${first.question.prompt}`,
      key: { explanation: `because ${first.question.prompt} is so` },
    });

    const told = (await outboxOf(world.database)).filter(({ payload }) => payload.attemptId === attempt.id);
    expect(told).toMatchObject([
      {
        name: 'quiz.attempt.graded',
        payload: {
          quizId,
          userId: viewer.id,
          fraction: 0.3333333333,
          passed: false,
          subjectId: author.subjectId,
        },
      },
    ]);
    const [event] = told;
    expect(event?.payload.items).toHaveLength(3);
    expect(event?.payload.items).toContainEqual({
      itemId: first.id,
      questionId: first.question.id,
      skillIds: [author.defaultSkillId],
      fraction: 1,
      difficulty: 0,
    });
  });

  it('happens once, when fifty ask at once, and all get the same answer', async () => {
    const { viewer, attempt } = await begin();
    await save(world, viewer, answer(attempt.id, attempt.items[0], true));
    const shared = someKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        submit(world, viewer, attempt.id, index % 2 ? shared : someKey()),
      ),
    );
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(answers[0].state).toBe('GRADED');

    const moves = await world.database.attemptTransition.findMany({
      where: { attemptId: attempt.id },
      orderBy: { id: 'asc' },
    });
    expect(moves.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'IN_PROGRESS SUBMITTED',
      'SUBMITTED GRADING',
      'GRADING GRADED',
    ]);
    const told = (await outboxOf(world.database)).filter(({ payload }) => payload.attemptId === attempt.id);
    expect(told).toHaveLength(1);
  });

  it("does not find another learner's attempt", async () => {
    const { attempt } = await begin();
    expect(await submit(world, someViewer(), attempt.id)).toMatchObject({ __typename: 'NotFoundError' });
  });
});

describe('the server clock', () => {
  it('takes answers until deadline and grace are over', async () => {
    const { viewer, attempt } = await begin({ timeLimitSeconds: 60, graceSeconds: 5 });
    expect(attempt.remainingSeconds).toBe(60);
    world.pass(64.9);
    expect((await readAttempt(world, viewer, attempt.id)).remainingSeconds).toBe(0);
    expect((await save(world, viewer, answer(attempt.id, attempt.items[0], true))).__typename).toBe(
      'AttemptItem',
    );
    world.pass(0.1);
    const late = await save(world, viewer, answer(attempt.id, attempt.items[1], true));
    expect(late).toMatchObject({
      __typename: 'AttemptExpiredError',
      code: 'EXPIRED',
      deadline: attempt.deadline,
      attempt: { state: 'GRADED', submittedBy: 'TIMER', score: { raw: 1, max: 3 } },
    });
  });

  it('closes an overdue attempt for whoever reads it', async () => {
    const { viewer, attempt } = await begin({ timeLimitSeconds: 60, graceSeconds: 0 });
    world.pass(60);
    expect(await readAttempt(world, viewer, attempt.id)).toMatchObject({
      state: 'GRADED',
      submittedBy: 'TIMER',
      submittedAt: world.clock.now.toISOString(),
    });
  });

  it('answers a late submit with the closed attempt', async () => {
    const { viewer, attempt } = await begin({ timeLimitSeconds: 60, graceSeconds: 5 });
    world.pass(70);
    const late = await submit(world, viewer, attempt.id);
    expect(late).toMatchObject({ __typename: 'AttemptExpiredError', attempt: { submittedBy: 'TIMER' } });
    expect(await submit(world, viewer, attempt.id)).toEqual(late);
  });

  it('calls an attempt EXPIRED in lists until it is closed', async () => {
    const { viewer, quizId } = await begin({ timeLimitSeconds: 60 });
    world.pass(3_600);
    const list = `query ($id: ID!, $state: AttemptState) {
      _entities(representations: [{ __typename: "User", id: $id }]) {
        ... on User { attempts(first: 10, state: $state) { totalCount edges { node { state quiz { id } } } } }
      }
    }`
      .replaceAll('$id: ID!, ', '')
      .replace('id: $id', `id: "${viewer.id}"`);
    const { data } = await world.ask(viewer, list, { state: 'EXPIRED' });
    expect(data._entities[0].attempts).toEqual({
      totalCount: 1,
      edges: [{ node: { state: 'EXPIRED', quiz: { id: quizId } } }],
    });
    const running = await world.ask(viewer, list, { state: 'IN_PROGRESS' });
    expect(running.data._entities[0].attempts.totalCount).toBe(0);
  });

  it('hands in what was saved for a learner who never comes back, by job and by sweep', async () => {
    const [one, other] = [await begin({ timeLimitSeconds: 60 }), await begin({ timeLimitSeconds: 60 })];
    await save(world, one.viewer, answer(one.attempt.id, one.attempt.items[0], true));
    const jobs = await outboxOf(world.database, 'JOB');
    expect(jobs).toContainEqual({ name: 'closeAttempt', payload: { attemptId: one.attempt.id } });

    const system = world.contextOf(null);
    await closeAttempt(system, { attemptId: one.attempt.id });
    const before = await world.database.attempt.findUniqueOrThrow({ where: { id: one.attempt.id } });
    expect(before.state).toBe('IN_PROGRESS');

    world.pass(65);
    await closeAttempt(world.contextOf(null), { attemptId: one.attempt.id });
    await Promise.all([
      createOverdueSweep()(world.contextOf(null)),
      createOverdueSweep()(world.contextOf(null)),
    ]);
    for (const { attempt, score } of [
      { attempt: one.attempt, score: 1 },
      { attempt: other.attempt, score: 0 },
    ]) {
      const closed = await world.database.attempt.findUniqueOrThrow({ where: { id: attempt.id } });
      expect(closed).toMatchObject({ state: 'GRADED', submittedBy: 'TIMER' });
      expect(closed.score?.toNumber()).toBe(score);
      const moves = await world.database.attemptTransition.count({ where: { attemptId: attempt.id } });
      expect(moves).toBe(4);
    }
  });
});

describe('the version pin', () => {
  it('keeps the question as it was when the attempt began; the next attempt gets the new one', async () => {
    const { viewer, attempt, author, bankId, entries, quizId } = await begin({}, 1);
    const [item] = attempt.items;
    const edited = await makeQuestion(world, author, {
      ...choiceInput(bankId, 'a whole new question', 'another right one'),
      entryId: entries[0].id,
      expectedVersion: 1,
    });
    expect(edited.latest.version).toBe(2);

    const during = await readAttempt(world, viewer, attempt.id);
    expect(during.items[0].question).toEqual(item.question);
    await save(world, viewer, answer(attempt.id, item, true));
    expect((await submit(world, viewer, attempt.id)).score.raw).toBe(1);

    const next = await start(world, viewer, quizId);
    expect(next.items[0].question).toMatchObject({ version: 2, prompt: 'a whole new question' });
  });
});
