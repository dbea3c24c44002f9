import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { pick, save, start, submit } from '../../tests/attempts.ts';
import {
  choiceInput,
  createWorld,
  makeBank,
  makePublishedQuiz,
  makeQuestion,
  makeQuiz,
  publish,
  setSlots,
  withSubject,
} from '../../tests/world.ts';

const world = await createWorld();

const titleOf = async (viewer: Viewer | null, id: string) =>
  (await world.get(viewer, 'query ($id: ID!) { quiz(id: $id) { title } }', { id })).quiz?.title ?? null;

const reference = async (viewer: Viewer, typename: string, id: string, fields: string) =>
  (
    await world.get(
      viewer,
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${typename} { ${fields} } } }`,
      { r: [{ __typename: typename, id }] },
    )
  )._entities[0];

describe('quiz', () => {
  it('is its author’s alone until it is published, and private ones after that too', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const draft = await makeQuiz(world, author);
    expect(await titleOf(author.viewer, draft)).toBe('Cells');
    expect(await titleOf(someViewer(), draft)).toBeNull();

    const open = await makePublishedQuiz(world);
    const closed = await makePublishedQuiz(world, { visibility: 'PRIVATE' });
    const stranger = someViewer();
    expect(await titleOf(stranger, open.quizId)).toBe('Cells');
    expect(await titleOf(stranger, closed.quizId)).toBeNull();
    expect(await titleOf(closed.author.viewer, closed.quizId)).toBe('Cells');
    expect(await reference(stranger, 'Quiz', closed.quizId, 'title')).toBeNull();
  });

  it('wants a signed-in viewer', async () => {
    const { quizId } = await makePublishedQuiz(world);
    const { errors } = await world.ask(null, 'query ($id: ID!) { quiz(id: $id) { title } }', { id: quizId });
    expect(errors[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('shows its slots to its author only', async () => {
    const { author, quizId } = await makePublishedQuiz(world, {}, 1);
    const slots =
      'slots { number maxScore source { __typename ... on FixedSlot { entry { status } pinnedVersion } } }';
    expect(await reference(author.viewer, 'Quiz', quizId, slots)).toEqual({
      slots: [
        {
          number: 1,
          maxScore: 1,
          source: { __typename: 'FixedSlot', entry: { status: 'READY' }, pinnedVersion: null },
        },
      ],
    });
    expect(await reference(someViewer({ roles: ['AUTHOR'] }), 'Quiz', quizId, slots)).toEqual({
      slots: null,
    });
  });

  it('is created once per key', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const create = (title: string, key: string) =>
      world.get(
        author.viewer,
        `mutation ($input: QuizInput!, $key: String!) { createQuiz(input: $input, idempotencyKey: $key) {
          ... on Quiz { id settings { graceSeconds scoring behaviour feedback { showAnswerKey } passScore } }
          ... on UserError { code path }
        } }`,
        { input: { title, subjectId: author.subjectId, difficulty: 'EASY', passScore: 0.6 }, key },
      );
    const key = someKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('Once', key)));
    expect(new Set(answers.map(({ createQuiz }) => createQuiz.id)).size).toBe(1);
    expect(answers[0]?.createQuiz.settings).toEqual({
      graceSeconds: 5,
      scoring: 'HIGHEST',
      behaviour: 'DEFERRED',
      feedback: { showAnswerKey: 'AFTER_SUBMIT' },
      passScore: 0.6,
    });
    expect((await create('Twice', key)).createQuiz.code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await create('  ', someKey())).createQuiz).toEqual({
      code: 'VALIDATION',
      path: ['input', 'title'],
    });
  });

  it("cannot be made for another's subject", async () => {
    const [author, other] = [await withSubject(world, 'AUTHOR'), await withSubject(world, 'AUTHOR')];
    const intruder = { ...other, subjectId: author.subjectId };
    expect(await makeQuiz(world, intruder)).toBeUndefined();
    expect(await world.database.quiz.count({ where: { createdById: other.viewer.id } })).toBe(0);
  });

  it('waits for a subject that was created a moment ago', async () => {
    const viewer = someViewer({ roles: ['AUTHOR'] });
    const subjectId = newId('Subject');
    world.clock.now = new Date();
    const making = makeQuiz(world, {
      viewer,
      subjectId,
      ownerId: viewer.id,
      title: 'Late',
      defaultSkillId: 's',
    });
    const subject = { subjectId, ownerId: viewer.id, title: 'Late', defaultSkillId: newId('Skill') };
    await world.hear('study.subject.created', subject);
    expect(await making).toMatch(/^qz_/);
  });
});

describe('setQuizSlots', () => {
  it('sums points and counts questions, draws included', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const entries = [];
    for (const prompt of ['a', 'b', 'c'])
      entries.push(await makeQuestion(world, author, choiceInput(bankId, prompt)));
    const quizId = await makeQuiz(world, author);
    const slots = [
      { maxScore: 0.1, entryId: entries[0].id },
      { maxScore: 0.2, bankId, pick: 2 },
    ];
    const { data } = await setSlots(world, author, { quizId, slots, expectedRevision: 1 });
    expect(data.setQuizSlots).toMatchObject({ revision: 2, maxScore: 0.5, questionCount: 3 });
    expect(data.setQuizSlots.slots).toHaveLength(2);
    await publish(world, author.viewer, quizId, 2);

    const drawn = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { items } = await start(world, someViewer(), quizId);
        const prompts = items.map((item: { question: { prompt: string } }) => item.question.prompt);
        expect(new Set(prompts).size).toBe(3);
        return prompts;
      }),
    );
    expect(drawn.every((prompts) => prompts.includes('a'))).toBe(true);
  });

  it('refuses a stale revision, foreign questions, empty draws and slots of both kinds', async () => {
    const { author, quizId, bankId, entries } = await makePublishedQuiz(world, {}, 1);
    const foreign = await makePublishedQuiz(world, {}, 1);
    const attempt = async (slots: object[], expectedRevision = 3) =>
      (await setSlots(world, author, { quizId, slots, expectedRevision })).data.setQuizSlots;
    const fine = { maxScore: 1, entryId: entries[0].id };
    expect(await attempt([fine], 1)).toMatchObject({ __typename: 'ConflictError', currentVersion: 3 });
    expect(await attempt([{ maxScore: 1, entryId: foreign.entries[0].id }])).toMatchObject({
      path: ['slots', '0', 'entryId'],
    });
    expect(await attempt([{ maxScore: 1, bankId, pick: 2 }])).toMatchObject({ path: ['slots', '0'] });
    expect(await attempt([{ maxScore: 1, bankId: foreign.bankId }])).toMatchObject({ code: 'VALIDATION' });
    expect(await attempt([{ ...fine, bankId }])).toMatchObject({ code: 'VALIDATION' });
    expect(await attempt([{ ...fine, maxScore: 0 }])).toMatchObject({ code: 'VALIDATION' });
    expect(await attempt([{ ...fine, pinnedVersion: 7 }])).toMatchObject({ code: 'VALIDATION' });
    expect(await attempt([])).toMatchObject({ code: 'VALIDATION' });
  });

  it('is for the author only', async () => {
    const { quizId, entries } = await makePublishedQuiz(world, {}, 1);
    const other = await withSubject(world, 'AUTHOR');
    const slots = [{ maxScore: 1, entryId: entries[0].id }];
    const { data } = await setSlots(world, other, { quizId, slots, expectedRevision: 3 });
    expect(data.setQuizSlots).toMatchObject({ __typename: 'ForbiddenError' });
  });
});

describe('publishQuiz', () => {
  it('tells the other domains once, and refuses what is empty or has moved on', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const entry = await makeQuestion(world, author, choiceInput(bankId, 'q'));
    const quizId = await makeQuiz(world, author);
    expect((await publish(world, author.viewer, quizId, 1)).data.publishQuiz).toMatchObject({
      code: 'VALIDATION',
    });
    await setSlots(world, author, {
      quizId,
      slots: [{ entryId: entry.id, maxScore: 1 }],
      expectedRevision: 1,
    });
    expect((await publish(world, author.viewer, quizId, 1)).data.publishQuiz).toMatchObject({
      code: 'CONFLICT',
    });
    expect(
      (await publish(world, someViewer({ roles: ['AUTHOR'] }), quizId, 2)).data.publishQuiz,
    ).toMatchObject({ code: 'NOT_FOUND' });
    expect((await publish(world, author.viewer, quizId, 2)).data.publishQuiz).toEqual({
      __typename: 'Quiz',
      status: 'PUBLISHED',
      revision: 3,
    });
    expect((await publish(world, author.viewer, quizId, 3)).data.publishQuiz).toMatchObject({ revision: 3 });

    const told = (await outboxOf(world.database)).filter(({ payload }) => payload.quizId === quizId);
    expect(told).toEqual([
      {
        name: 'quiz.quiz.published',
        payload: {
          quizId,
          subjectId: author.subjectId,
          ownerId: author.viewer.id,
          title: 'Cells',
          difficulty: 'EASY',
          questionCount: 1,
          skillIds: [author.defaultSkillId],
          isPublic: true,
        },
      },
    ]);
  });
});

describe('startability', () => {
  const fields = `startability { canStart reason attemptsLeft nextPossibleAt resumableAttempt { id } }
    viewerBestScore { raw max fraction passed } viewerAttempts(first: 2) { totalCount pageInfo { hasNextPage } edges { node { number } } }`;

  it('follows a learner through his attempts', async () => {
    const { quizId } = await makePublishedQuiz(world, { maxAttempts: 2, scoring: 'LATEST' }, 1);
    const viewer = someViewer();
    const look = () => reference(viewer, 'Quiz', quizId, fields);
    expect(await look()).toMatchObject({
      startability: { canStart: true, reason: null, attemptsLeft: 2, resumableAttempt: null },
      viewerBestScore: null,
      viewerAttempts: { totalCount: 0 },
    });

    const first = await start(world, viewer, quizId);
    expect((await look()).startability).toMatchObject({
      canStart: false,
      reason: 'ATTEMPT_IN_PROGRESS',
      resumableAttempt: { id: first.id },
    });
    const [item] = first.items;
    const response = { choice: { choiceIds: [pick(item, true)] } };
    await save(world, viewer, { attemptId: first.id, itemId: item.id, response, clientSequence: 1 });
    await submit(world, viewer, first.id);
    expect((await look()).viewerBestScore).toEqual({ raw: 1, max: 1, fraction: 1, passed: null });

    const second = await start(world, viewer, quizId);
    await submit(world, viewer, second.id);
    expect(await look()).toEqual({
      startability: {
        canStart: false,
        reason: 'NO_ATTEMPTS_LEFT',
        attemptsLeft: 0,
        nextPossibleAt: null,
        resumableAttempt: null,
      },
      viewerBestScore: { raw: 0, max: 1, fraction: 0, passed: null },
      viewerAttempts: {
        totalCount: 2,
        pageInfo: { hasNextPage: false },
        edges: [{ node: { number: 2 } }, { node: { number: 1 } }],
      },
    });
    expect((await reference(someViewer(), 'Quiz', quizId, fields)).startability.canStart).toBe(true);
  });

  it('says when a quiz opens, and that a draft is none', async () => {
    const opensAt = new Date(world.clock.now.getTime() + 60_000).toISOString();
    const { quizId } = await makePublishedQuiz(world, { opensAt });
    expect((await reference(someViewer(), 'Quiz', quizId, fields)).startability).toMatchObject({
      reason: 'NOT_OPEN',
      nextPossibleAt: opensAt,
    });
    const author = await withSubject(world, 'AUTHOR');
    const draft = await makeQuiz(world, author);
    expect((await reference(author.viewer, 'Quiz', draft, fields)).startability.reason).toBe('UNPUBLISHED');
  });
});

describe('invalidateAttempt', () => {
  const invalidate = async (viewer: Viewer, attemptId: string) =>
    (
      await world.get(
        viewer,
        `mutation ($attemptId: ID!) { invalidateAttempt(attemptId: $attemptId) {
          ... on QuizAttempt { state score { raw } } ... on UserError { code }
        } }`,
        { attemptId },
      )
    ).invalidateAttempt;

  it('is for the grader of the quiz, and takes the score away', async () => {
    const { author, quizId } = await makePublishedQuiz(world);
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    await submit(world, viewer, attempt.id);
    expect(await invalidate(someViewer({ roles: ['AUTHOR'] }), attempt.id)).toEqual({ code: 'NOT_FOUND' });
    expect(await invalidate(author.viewer, attempt.id)).toEqual({ state: 'INVALIDATED', score: null });
    expect(await invalidate(author.viewer, attempt.id)).toEqual({ state: 'INVALIDATED', score: null });
    expect((await reference(viewer, 'Quiz', quizId, 'viewerBestScore { raw }')).viewerBestScore).toBeNull();
    expect(await submit(world, viewer, attempt.id)).toMatchObject({ state: 'INVALIDATED', score: null });
  });
});
