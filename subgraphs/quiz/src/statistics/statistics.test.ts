import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { pick, save, start, submit } from '../../tests/attempts.ts';
import { createWorld, makePublishedQuiz } from '../../tests/world.ts';
import { slotStatistics, testStatistics } from './classical.ts';

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

    const { statistics } = (await world.get(author.viewer, query, { id: quizId })).quiz;
    expect(statistics).toMatchObject({
      ...testStatistics(pattern),
      attempts: 6,
      computedAt: world.clock.now.toISOString(),
    });
    expect(statistics.meanScore).toBeCloseTo(10 / 6, 12);
    const expected = slotStatistics(pattern, [1, 1, 1]);
    expect(statistics.items).toMatchObject(
      expected.map((slot, index) => ({
        ...slot,
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
      counts.push((await world.askCounting(author.viewer, query, { id: quizId })).queries);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});
