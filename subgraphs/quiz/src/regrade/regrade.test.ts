import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { pick, readAttempt, save, start, submit } from '../../tests/attempts.ts';
import { choiceInput, createWorld, makePublishedQuiz, makeQuestion } from '../../tests/world.ts';

const world = await createWorld();

const fields = 'changed raised lowered rows { attempt { id } before after }';

const preview = async (viewer: Viewer, quizId: string) =>
  (
    await world.get(viewer, `mutation ($quizId: ID!) { previewRegrade(quizId: $quizId) { ${fields} } }`, {
      quizId,
    })
  ).previewRegrade;

const regrade = async (viewer: Viewer, quizId: string, key = someKey()) =>
  (
    await world.get(
      viewer,
      `mutation ($quizId: ID!, $key: String!) { regrade(quizId: $quizId, idempotencyKey: $key) { ${fields} } }`,
      { quizId, key },
    )
  ).regrade;

async function take(quizId: string, isRight: boolean) {
  const viewer = someViewer();
  const attempt = await start(world, viewer, quizId);
  const [item] = attempt.items;
  const response = { choice: { choiceIds: [pick(item, isRight)] } };
  await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
  await submit(world, viewer, attempt.id);
  return { viewer, id: attempt.id as string };
}

/** The question once more, with the key the other way round. */
const corrected = (bankId: string, entryId: string) => {
  const { choice, ...rest } = choiceInput(bankId, 'question 1');
  const choices = choice.choices.map((each) => ({ ...each, weight: 1 - each.weight }));
  return { ...rest, entryId, expectedVersion: 1, choice: { ...choice, choices } };
};

describe('regrade', () => {
  it('previews exactly what it then does, does it once, and answers the same to the same key', async () => {
    const { author, bankId, entries, quizId } = await makePublishedQuiz(
      world,
      { shuffleQuestions: false },
      1,
    );
    const [right, wrong] = [await take(quizId, true), await take(quizId, false)];
    const unanswered = someViewer();
    await submit(world, unanswered, (await start(world, unanswered, quizId)).id);
    expect(await preview(author.viewer, quizId)).toEqual({ changed: 0, raised: 0, lowered: 0, rows: [] });

    await makeQuestion(world, author, corrected(bankId, entries[0].id));
    const before = await readAttempt(world, right.viewer, right.id);
    const previewed = await preview(author.viewer, quizId);
    expect(previewed).toEqual({
      changed: 2,
      raised: 1,
      lowered: 1,
      rows: [
        { attempt: { id: right.id }, before: 1, after: 0 },
        { attempt: { id: wrong.id }, before: 0, after: 1 },
      ],
    });
    expect(await readAttempt(world, right.viewer, right.id)).toEqual(before);

    const key = someKey();
    expect(await regrade(author.viewer, quizId, key)).toEqual(previewed);
    expect(await readAttempt(world, wrong.viewer, wrong.id)).toMatchObject({
      state: 'GRADED',
      score: { raw: 1 },
      items: [{ question: { version: 2 }, result: { correctness: 'CORRECT' } }],
    });
    expect((await readAttempt(world, right.viewer, right.id)).score.raw).toBe(0);
    expect(await regrade(author.viewer, quizId, key)).toEqual(previewed);
    expect((await regrade(author.viewer, quizId)).changed).toBe(0);

    const moves = await world.database.attemptTransition.findMany({
      where: { attemptId: wrong.id },
      orderBy: { id: 'asc' },
    });
    expect(moves.map(({ to }) => to)).toEqual(['SUBMITTED', 'GRADING', 'GRADED', 'GRADING', 'GRADED']);
    const told = (await outboxOf(world.database)).filter(({ payload }) => payload.attemptId === wrong.id);
    expect(told).toHaveLength(1);
  });

  it('leaves alone what is in progress and what is pinned', async () => {
    const { author, bankId, entries, quizId } = await makePublishedQuiz(world, {}, 1);
    const done = await take(quizId, true);
    const taker = someViewer();
    const running = await start(world, taker, quizId);
    await makeQuestion(world, author, corrected(bankId, entries[0].id));
    await world.database.quizSlot.updateMany({ where: { quizId }, data: { pinnedVersion: 1 } });
    expect((await regrade(author.viewer, quizId)).changed).toBe(0);
    expect((await readAttempt(world, done.viewer, done.id)).score.raw).toBe(1);
    expect((await readAttempt(world, taker, running.id)).items[0].question.version).toBe(1);
  });

  it('is for the grader of the quiz only', async () => {
    const { quizId } = await makePublishedQuiz(world, {}, 1);
    const query = 'mutation ($quizId: ID!) { previewRegrade(quizId: $quizId) { changed } }';
    const other = await world.ask(someViewer({ roles: ['AUTHOR'] }), query, { quizId });
    expect(other.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const learner = await world.ask(someViewer(), query, { quizId });
    expect(learner.errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('asks a number of queries that does not grow with the attempts', async () => {
    const { author, bankId, entries, quizId } = await makePublishedQuiz(world, {}, 1);
    const mutation = `mutation ($quizId: ID!) { previewRegrade(quizId: $quizId) { ${fields} } }`;
    await makeQuestion(world, author, corrected(bankId, entries[0].id));
    const counts: number[] = [];
    for (const more of [1, 4]) {
      await world.database.quizSlot.updateMany({ where: { quizId }, data: { pinnedVersion: 1 } });
      for (let index = 0; index < more; index += 1) await take(quizId, true);
      await world.database.quizSlot.updateMany({ where: { quizId }, data: { pinnedVersion: null } });
      const { data, queries } = await world.askCounting(author.viewer, mutation, { quizId });
      expect(data.previewRegrade.changed).toBeGreaterThan(0);
      counts.push(queries);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});
