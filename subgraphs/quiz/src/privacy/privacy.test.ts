import { describe, expect, it } from '@jest/globals';
import { createPersonalData, inspectDeclaration } from '@studymate/privacy';
import { someViewer } from '@studymate/testkit';
import { readAttempt, start, submit } from '../../tests/attempts.ts';
import { createWorld, makePublishedQuiz } from '../../tests/world.ts';
import { personalTables } from './personal-tables.ts';
import { keepSharedQuizzes } from './shared-quiz.service.ts';

const world = await createWorld();
const { database } = world;
const pseudonym = 'erased_somebody';

const erase = (userId: string) =>
  world.contextOf(null).transaction(async (inner) => {
    await keepSharedQuizzes(inner, { userId, pseudonym });
    return inner.personalData.erase(userId, pseudonym);
  });

/** Everything in the tables of quiz that names the text. */
async function findMentions(text: string): Promise<string[]> {
  const tables = Object.keys(personalTables.personal);
  const found = await Promise.all(
    tables.map(async (name) => {
      const rows = await database.$queryRawUnsafe<unknown[]>(
        `select 1 from "${name}" as each where position($1 in each::text) > 0`,
        text,
      );
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
}

describe('what quiz has of people', () => {
  it('is declared for every table', async () => {
    expect(await inspectDeclaration(database, personalTables)).toEqual({
      undeclared: [],
      missing: [],
      misplaced: [],
    });
  });

  it('goes with its author, where nobody else has taken it', async () => {
    const { author, quizId } = await makePublishedQuiz(world);
    const collected = await createPersonalData(database, personalTables).collect(author.viewer.id);
    expect(collected.Quiz).toHaveLength(1);
    expect(collected.Question?.length).toBeGreaterThan(0);
    const counts = await erase(author.viewer.id);
    expect(counts).toMatchObject({ Quiz: 1, QuestionKey: collected.QuestionKey?.length });
    expect(await findMentions(author.viewer.id)).toEqual([]);
    expect(await findMentions(quizId)).toEqual([]);
  });

  it('keeps the results of others, without a word of its author', async () => {
    const { author, quizId } = await makePublishedQuiz(world, { visibility: 'PUBLIC' });
    const learner = someViewer();
    const { id } = await start(world, learner, quizId);
    await submit(world, learner, id);
    const before = await readAttempt(world, learner, id);
    await erase(author.viewer.id);
    expect(await readAttempt(world, learner, id)).toEqual(before);
    expect(await findMentions(author.viewer.id)).toEqual([]);
    const quiz = await database.quiz.findUniqueOrThrow({ where: { id: quizId } });
    expect(quiz).toMatchObject({ status: 'ARCHIVED', createdById: pseudonym, description: null });
    expect((await start(world, someViewer(), quizId)).__typename).toBe('NotFoundError');
  });

  it('of a taker goes, and leaves the quiz of another as it is', async () => {
    const { author, quizId } = await makePublishedQuiz(world, { visibility: 'PUBLIC' });
    const [leaving, staying] = [someViewer(), someViewer()];
    await start(world, leaving, quizId);
    const { id } = await start(world, staying, quizId);
    expect(await erase(leaving.id)).toMatchObject({ Attempt: 1, Quiz: 0 });
    expect(await findMentions(leaving.id)).toEqual([]);
    expect((await readAttempt(world, staying, id)).state).toBe('IN_PROGRESS');
    expect(await database.quiz.count({ where: { createdById: author.viewer.id } })).toBe(1);
  });
});
