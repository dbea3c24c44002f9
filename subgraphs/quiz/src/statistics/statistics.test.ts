import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { pick, save, start, submit } from '../../tests/attempts.ts';
import { slotStatisticsOfRows, testStatisticsOfRows } from '../../tests/row-statistics.ts';
import { choiceInput, createWorld, makePublishedQuiz, makeQuestion } from '../../tests/world.ts';
import { countAttempt, countUncountedAttempts } from './count-attempt.ts';

const world = await createWorld();

const query = `query ($id: ID!) { quiz(id: $id) { statistics {
  attempts meanScore medianScore standardDeviation skewness kurtosis cronbachAlpha errorRatio standardErrorOfMeasurement computedAt
  items {
    slot question { prompt } attempts facility standardDeviation intendedWeight effectiveWeight discriminationIndex
    discriminativeEfficiency randomGuessScore distractors { choiceId chosen rate pointBiserial } flags
  }
} } }`;

/** Who answers what rightly, a row for each learner. */
const pattern = [
  [1, 1, 1],
  [1, 1, 0],
  [1, 1, 0],
  [1, 0, 1],
  [0, 0, 0],
  [1, 0, 0],
];

/** Numbers compared to nine digits. */
const about = (statistics: object) =>
  Object.fromEntries(
    Object.entries(statistics).map(([name, value]) => [
      name,
      typeof value === 'number' ? expect.closeTo(value, 9) : value,
    ]),
  );

describe('quiz statistics', () => {
  it('are those of the graded attempts, slot by slot, however the questions were shuffled', async () => {
    const { author, quizId } = await makePublishedQuiz(world);
    for (const row of pattern) {
      const viewer = someViewer();
      const attempt = await start(world, viewer, quizId);
      for (const item of attempt.items) {
        const isRight = row[Number(item.question.prompt.replace('question ', '')) - 1] === 1;
        const response = { choice: { choiceIds: [pick(item, isRight)] } };
        await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
      }
      await submit(world, viewer, attempt.id);
    }
    await start(world, someViewer(), quizId);

    await countUncountedAttempts(world.contextOf(null));
    const { statistics } = (await world.get(author.viewer, query, { id: quizId })).quiz;
    expect(statistics).toMatchObject(about(testStatisticsOfRows(pattern) ?? {}));
    expect(statistics).toMatchObject({ attempts: 6, computedAt: world.clock.now.toISOString() });
    expect(statistics.meanScore).toBeCloseTo(10 / 6, 12);
    const expected = slotStatisticsOfRows(pattern, [1, 1, 1]);
    expect(statistics.items).toMatchObject(
      expected.map((slot, index) => ({
        ...about(slot),
        slot: index + 1,
        question: { prompt: `question ${index + 1}` },
      })),
    );
    const [first] = statistics.items;
    expect(first.facility).toBeCloseTo(5 / 6, 12);
    expect(first.randomGuessScore).toBeCloseTo(1 / 3, 12);
    expect(first.distractors.map(({ chosen }: { chosen: number }) => chosen).toSorted()).toEqual([0, 1, 5]);
    expect(first.flags).toEqual([]);
  });

  it('are null before the first graded attempt, and for everybody but the author', async () => {
    const { author, quizId } = await makePublishedQuiz(world);
    expect((await world.get(author.viewer, query, { id: quizId })).quiz.statistics).toBeNull();
    const other = someViewer({ roles: ['AUTHOR'] });
    await submit(world, other, (await start(world, other, quizId)).id);
    await countUncountedAttempts(world.contextOf(null));
    expect((await world.get(other, query, { id: quizId })).quiz.statistics).toBeNull();
    const { errors } = await world.ask(someViewer(), query, { id: quizId });
    expect(errors[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('ask a number of queries that does not grow with questions or attempts', async () => {
    const counts: number[] = [];
    for (const size of [1, 6]) {
      const { author, quizId } = await makePublishedQuiz(world, {}, size);
      for (let index = 0; index < size; index += 1) {
        const viewer = someViewer();
        await submit(world, viewer, (await start(world, viewer, quizId)).id);
      }
      await countUncountedAttempts(world.contextOf(null));
      counts.push((await world.askCounting(author.viewer, query, { id: quizId })).queries);
    }
    expect(counts[1]).toBe(counts[0]);
  });

  it('count what was counted before once, whatever became of it since, in any order and at once', async () => {
    const { author, bankId, entries, quizId } = await makePublishedQuiz(world, {}, 2);
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const viewer = someViewer();
      const attempt = await start(world, viewer, quizId);
      for (const item of attempt.items) {
        const response = { choice: { choiceIds: [pick(item, index % 3 !== 0)] } };
        await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
      }
      await submit(world, viewer, attempt.id);
      ids.push(attempt.id);
    }
    const countAll = () =>
      Promise.all(
        [...ids, ...ids].toReversed().map((attemptId) => countAttempt(world.contextOf(null), { attemptId })),
      );
    await countAll();

    await makeQuestion(world, author, {
      ...choiceInput(bankId, 'question 1'),
      entryId: entries[0]?.id,
      choice: {
        multiple: false,
        partialCredit: 'ALL_OR_NOTHING',
        choices: [
          { text: 'the right one', weight: 0 },
          { text: 'first lure of question 1', weight: 1 },
          { text: 'second lure of question 1', weight: 0 },
        ],
      },
    });
    await world.get(
      author.viewer,
      `mutation ($quizId: ID!, $attemptId: ID!) {
        regrade(quizId: $quizId, idempotencyKey: "again") { ... on RegradePreview { changed } }
        invalidateAttempt(attemptId: $attemptId) { __typename }
      }`,
      { quizId, attemptId: ids[1] },
    );
    await countAll();

    const { statistics } = (await world.get(author.viewer, query, { id: quizId })).quiz;
    const graded = await world.database.attempt.findMany({
      where: { quizId, state: 'GRADED' },
      include: { items: { orderBy: { position: 'asc' } } },
    });
    const rows = graded.map(({ items }) => items.map(({ score }) => score?.toNumber() ?? 0));
    expect(rows).toHaveLength(11);
    expect(statistics).toMatchObject(about(testStatisticsOfRows(rows) ?? {}));
    expect(statistics.items).toMatchObject(slotStatisticsOfRows(rows, [1, 1]).map(about));
    const cells = () =>
      world.database.scoreTally.findMany({
        where: { quizId, attempts: { not: 0 } },
        orderBy: [{ position: 'asc' }, { measure: 'asc' }, { points: 'asc' }],
      });
    const before = await cells();
    await world.database.scoreTally.deleteMany({ where: { quizId } });
    await world.database.$executeRaw`update "Attempt" set "tally" = null where "quizId" = ${quizId}`;
    await countUncountedAttempts(world.contextOf(null));
    expect(await cells()).toEqual(before);
  });
});
