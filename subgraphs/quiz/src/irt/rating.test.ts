import { describe, expect, it } from '@jest/globals';
import { newId, newRowId } from '@studymate/contracts';
import { outboxOf, someViewer } from '@studymate/testkit';
import { pick, save, start, submit } from '../../tests/attempts.ts';
import { createWorld, makePublishedQuiz } from '../../tests/world.ts';
import { numbersFrom } from '../attempt/shuffle.ts';
import { countAttempt } from '../statistics/count-attempt.ts';
import { calibrateQuestions } from './irt.service.ts';
import { probabilityAt } from './two-parameter.ts';

const world = await createWorld();
const read = `query ($id: ID!) { questionBank(id: $id) { entries(first: 50) { edges { node { latest {
  id prompt irt { model a b c d standardErrorB sampleSize calibratedAt }
} } } } } }`;

async function take(quizId: string, rightUpTo: number) {
  const viewer = someViewer();
  const attempt = await start(world, viewer, quizId);
  for (const item of attempt.items) {
    const isRight = Number(item.question.prompt.replace('question ', '')) <= rightUpTo;
    const response = { choice: { choiceIds: [pick(item, isRight)] } };
    await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
  }
  await submit(world, viewer, attempt.id);
  return attempt.id;
}

const latestOf = async (author: Parameters<typeof world.get>[0], bankId: string) =>
  (await world.get(author, read, { id: bankId })).questionBank.entries.edges.map(
    ({ node }: { node: { latest: { irt: { b: number } | null } } }) => node.latest,
  );

describe('Elo between calibrations', () => {
  it('moves a question by each answer, once per attempt, and tells other domains where it stands', async () => {
    const { author, bankId, quizId } = await makePublishedQuiz(world, { shuffleQuestions: false }, 2);
    expect((await latestOf(author.viewer, bankId))[0].irt).toBeNull();
    const first = await take(quizId, 1);
    const count = () => countAttempt(world.contextOf(null), { attemptId: first });
    await Promise.all([count(), count(), count()]);
    const [easy, hard] = await latestOf(author.viewer, bankId);
    expect(easy.irt).toMatchObject({ model: 'ELO', a: 1, b: -0.2, c: 0, d: 1, sampleSize: 0 });
    expect(hard.irt.b).toBeGreaterThan(0.2);
    expect(hard.irt.b).toBeLessThan(0.25);

    const second = await take(quizId, 1);
    const told = (await outboxOf(world.database)).find(({ payload }) => payload.attemptId === second);
    const difficulties = told?.payload.items as { questionId: string; difficulty: number }[];
    expect(difficulties.find(({ questionId }) => questionId === easy.id)?.difficulty).toBe(-0.2);
  });
});

describe('the nightly calibration', () => {
  it('asks for every subject that was practised of late, and fits its questions to their answers', async () => {
    const { author, bankId, entries, quizId } = await makePublishedQuiz(world, {}, 6);
    const questionIds: string[] = entries.map(({ latest }) => latest.id);
    await storeAnswers(quizId, entries);
    const asked = async () =>
      (await outboxOf(world.database, 'JOB')).filter(
        ({ name, payload }) => name === 'calibrateQuestions' && payload.subjectId === author.subjectId,
      );
    await calibrateQuestions(world.contextOf(null), {});
    expect(await asked()).toHaveLength(1);

    await calibrateQuestions(world.contextOf(null), { subjectId: author.subjectId });
    const latest = await latestOf(author.viewer, bankId);
    expect(latest.map(({ id }: { id: string }) => id)).toEqual(questionIds);
    for (const [index, { irt }] of latest.entries()) {
      expect(irt).toMatchObject({
        model: 'TWO_PL',
        sampleSize: 600,
        calibratedAt: world.clock.now.toISOString(),
      });
      expect(Math.abs(irt.b - difficultyAt(index))).toBeLessThan(Math.max(0.3, 4 * irt.standardErrorB));
    }
  });
});

const difficultyAt = (index: number) => -1.5 + 0.6 * index;

/** Graded attempts of 600 simulated learners, written as grading leaves them. */
async function storeAnswers(quizId: string, entries: readonly { id: string; latest: { id: string } }[]) {
  const draw = numbersFrom('learners');
  const uniform = () => (draw(2 ** 31) + 0.5) / 2 ** 31;
  const attempts = Array.from({ length: 600 }, () => newId('QuizAttempt'));
  const at = world.clock.now;
  await world.database.attempt.createMany({
    data: attempts.map((id) => ({
      id,
      quizId,
      userId: newId('User'),
      number: 1,
      quizRevision: 3,
      state: 'GRADED' as const,
      seed: 'x',
      startedAt: at,
      lastSeenAt: at,
      graceSeconds: 0,
      maxScore: entries.length,
      score: 0,
      ratedAt: at,
    })),
  });
  await world.database.attemptItem.createMany({
    data: attempts.flatMap((attemptId) => {
      const ability = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      return entries.map(({ id: entryId, latest }, index) => {
        const chance = probabilityAt(ability, { discrimination: 1.5, difficulty: difficultyAt(index) });
        const isRight = uniform() < chance;
        return {
          id: newRowId(),
          attemptId,
          number: index + 1,
          position: index + 1,
          entryId,
          questionId: latest.id,
          maxScore: 1,
          fraction: isRight ? 1 : 0,
          score: isRight ? 1 : 0,
          correctness: isRight ? ('CORRECT' as const) : ('INCORRECT' as const),
        };
      });
    }),
  });
}
