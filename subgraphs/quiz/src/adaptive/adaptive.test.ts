import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import { pick, readAttempt, save, start, submit } from '../../tests/attempts.ts';
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
import { numbersFrom } from '../attempt/shuffle.ts';
import { probabilityAt } from '../irt/two-parameter.ts';

const world = await createWorld();
const steepness = 2;
const settings = { minItems: 3, maxItems: 8, targetStandardError: 0.45, exposureTopK: 1 };
const openFeedback = { showCorrectness: 'AFTER_EACH' };

/** An adaptive quiz over one bank of calibrated questions, from easy to hard. */
async function makeAdaptiveQuiz(adaptive: object = settings, more: object = {}, count = 20) {
  const author = await withSubject(world, 'AUTHOR');
  const bankId = await makeBank(world, author);
  const entries = [];
  for (let index = 0; index < count; index += 1)
    entries.push(await makeQuestion(world, author, choiceInput(bankId, `question ${index}`)));
  const difficultyAt = (index: number) => -2 + (4 * index) / Math.max(1, count - 1);
  await world.database.questionIrt.createMany({
    data: entries.map(({ latest }, index) => ({
      questionId: latest.id,
      model: 'TWO_PL',
      discrimination: steepness,
      difficulty: difficultyAt(index),
    })),
  });
  const quizId = await makeQuiz(world, author, { behaviour: 'ADAPTIVE', adaptive, ...more });
  await setSlots(world, author, { quizId, slots: [{ bankId, maxScore: 1, pick: 1 }], expectedRevision: 1 });
  await publish(world, author.viewer, quizId, 2);
  const difficulties = new Map(entries.map(({ latest }, index) => [latest.id, difficultyAt(index)]));
  return { author, bankId, entries, quizId, difficulties };
}

const next = async (viewer: Viewer, attemptId: string) =>
  (
    await world.get(
      viewer,
      `mutation ($id: ID!) { nextItem(attemptId: $id) {
        __typename ... on UserError { code message } ... on StateError { currentState }
        ... on NextItem {
          done ability { theta standardError method itemsUsed stopReason }
          item { id number question { id ... on ChoiceQuestion { choices { id text } } } result { score } }
        }
      } }`,
      { id: attemptId },
    )
  ).nextItem;

type Item = Parameters<typeof pick>[0] & { question: { id: string } };

const give = (viewer: Viewer, attemptId: string, { item, isRight }: { item: Item; isRight: boolean }) =>
  save(world, viewer, {
    attemptId,
    itemId: item.id,
    response: { choice: { choiceIds: [pick(item, isRight)] } },
    clientSequence: 1,
  });

describe('an adaptive attempt', () => {
  it('asks what tells most about the learner, and stops when it knows enough', async () => {
    const { quizId, difficulties } = await makeAdaptiveQuiz(settings, { feedback: openFeedback });
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    expect(attempt).toMatchObject({ items: [], progress: { total: 0 } });
    const ability = 1;
    const draw = numbersFrom('a learner');
    const asked: number[] = [];
    for (let step = await next(viewer, attempt.id); !step.done; step = await next(viewer, attempt.id)) {
      const difficulty = difficulties.get(step.item.question.id) ?? 9;
      asked.push(difficulty);
      const chance = probabilityAt(ability, { discrimination: steepness, difficulty });
      await give(viewer, attempt.id, { item: step.item, isRight: draw(1_000) < chance * 1_000 });
    }
    expect(Math.abs(asked[0] ?? 9)).toBeLessThan(0.2);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    const { ability: found } = (await submitAdaptive(viewer, attempt.id)) ?? {};
    expect(found).toMatchObject({ method: 'EAP', stopReason: 'PRECISION', itemsUsed: asked.length });
    expect(found.standardError).toBeLessThanOrEqual(0.45);
    expect(Math.abs(found.theta - ability)).toBeLessThan(3 * found.standardError);
  });

  it('answers the same question until it is answered, and then keeps the answer', async () => {
    const { quizId } = await makeAdaptiveQuiz();
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    const steps = await Promise.all([1, 2, 3, 4].map(() => next(viewer, attempt.id)));
    expect(new Set(steps.map(({ item }) => item.id)).size).toBe(1);
    const [{ item }] = steps;
    await give(viewer, attempt.id, { item, isRight: true });
    const second = await next(viewer, attempt.id);
    expect(second.item.number).toBe(2);
    const choice = { choiceIds: [pick(item, false)] };
    const late = { attemptId: attempt.id, itemId: item.id, response: { choice }, clientSequence: 2 };
    expect(await save(world, viewer, late)).toMatchObject({ code: 'STATE', currentState: 'JUDGED' });
  });

  it('does not betray by its ability what was right, unless the policy shows it', async () => {
    const { quizId, author } = await makeAdaptiveQuiz();
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    const { item } = await next(viewer, attempt.id);
    await give(viewer, attempt.id, { item, isRight: true });
    expect(await next(viewer, attempt.id)).toMatchObject({ ability: null, done: false });
    const read = 'query ($id: ID!) { attempt(id: $id) { ability { theta } items { result { score } } } }';
    const hidden = { ability: null, items: [{ result: null }, { result: null }] };
    expect((await world.get(viewer, read, { id: attempt.id })).attempt).toEqual(hidden);
    const irt = `query ($id: ID!) { _entities(representations: [{ __typename: "ChoiceQuestion", id: "${item.question.id}" }]) {
      ... on ChoiceQuestion { irt { b } }
    } attempt(id: $id) { id } }`;
    const asTaker = someViewer({ ...viewer, roles: ['AUTHOR'] });
    expect(JSON.stringify(await world.ask(asTaker, irt, { id: attempt.id }))).not.toContain('"b"');
    expect(JSON.stringify(await world.ask(author.viewer, irt, { id: attempt.id }))).toContain('"b"');
  });

  it('says why it ended: out of questions, out of time, or as the learner pleased', async () => {
    const short = { ...settings, targetStandardError: 0.1, minItems: 1 };
    const { quizId } = await makeAdaptiveQuiz(short, {}, 2);
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    for (let count = 0; count < 2; count += 1) {
      const { item } = await next(viewer, attempt.id);
      await give(viewer, attempt.id, { item, isRight: true });
    }
    expect(await next(viewer, attempt.id)).toMatchObject({ done: true, item: null });
    expect(await submitAdaptive(viewer, attempt.id)).toMatchObject({
      ability: { stopReason: 'BANK_EXHAUSTED' },
    });
    expect(await next(viewer, attempt.id)).toMatchObject({ code: 'STATE', currentState: 'GRADED' });

    const eager = await start(world, viewer, quizId);
    await next(viewer, eager.id);
    expect(await submitAdaptive(viewer, eager.id)).toMatchObject({
      ability: { stopReason: 'LEARNER', itemsUsed: 0 },
      score: { raw: 0, max: 1 },
    });

    const timed = await makeAdaptiveQuiz(settings, { timeLimitSeconds: 60, graceSeconds: 0 }, 4);
    const late = await start(world, viewer, timed.quizId);
    world.pass(60);
    expect(await next(viewer, late.id)).toMatchObject({ code: 'STATE' });
    expect((await world.database.attempt.findUniqueOrThrow({ where: { id: late.id } })).stopReason).toBe(
      'TIME',
    );
  });

  it('is changed by no edit: it goes on asking the versions it began with', async () => {
    const { quizId, author, bankId, entries } = await makeAdaptiveQuiz(settings, {}, 4);
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    for (const { id } of entries)
      await makeQuestion(world, author, { ...choiceInput(bankId, 'quite another'), entryId: id });
    const added = await makeQuestion(world, author, choiceInput(bankId, 'a new one'));
    for (let step = await next(viewer, attempt.id); !step.done; step = await next(viewer, attempt.id))
      await give(viewer, attempt.id, { item: step.item, isRight: true });
    const { items } = await readAttempt(world, viewer, attempt.id);
    for (const { question } of items) expect(question).toMatchObject({ version: 1 });
    expect(JSON.stringify(items)).not.toContain(added.latest.id);
  });

  it('is for its learner, and for adaptive quizzes', async () => {
    const { quizId } = await makeAdaptiveQuiz(settings, {}, 4);
    const attempt = await start(world, someViewer(), quizId);
    expect(await next(someViewer(), attempt.id)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

const submitAdaptive = async (viewer: Viewer, id: string) => {
  await submit(world, viewer, id);
  const read = `query ($id: ID!) { attempt(id: $id) {
    score { raw max } ability { theta standardError method itemsUsed stopReason }
  } }`;
  return (await world.get(viewer, read, { id })).attempt;
};

describe('adaptive settings', () => {
  const create = async (input: object) => {
    const author = await withSubject(world, 'AUTHOR');
    const data = await world.get(
      author.viewer,
      `mutation ($input: QuizInput!, $key: String!) { createQuiz(input: $input, idempotencyKey: $key) {
        ... on UserError { code path }
        ... on Quiz { settings { adaptive { minItems maxItems exposureTopK estimator contentBalance { share } } } }
      } }`,
      {
        input: { title: 'x', subjectId: author.subjectId, difficulty: 'EASY', ...input },
        key: someKey(),
      },
    );
    return data.createQuiz;
  };

  it('have defaults, and are null for other quizzes', async () => {
    expect(await create({ behaviour: 'ADAPTIVE' })).toEqual({
      settings: {
        adaptive: { minItems: 5, maxItems: 20, exposureTopK: 5, estimator: 'EAP', contentBalance: [] },
      },
    });
    expect(await create({})).toEqual({ settings: { adaptive: null } });
  });

  it('are refused where they make no sense', async () => {
    const at = (adaptive: object) => create({ behaviour: 'ADAPTIVE', adaptive });
    expect(await at({ minItems: 9, maxItems: 3 })).toMatchObject({ code: 'VALIDATION' });
    const contentBalance = [{ skillId: 'skl_none', share: 0.5 }];
    expect(await at({ contentBalance })).toMatchObject({ code: 'VALIDATION' });
    expect(await at({ contentBalance: [{ skillId: 'skl_none', share: 1 }] })).toMatchObject({
      code: 'VALIDATION',
    });
    expect(await create({ adaptive: {} })).toMatchObject({ code: 'VALIDATION' });
  });
});
