import { expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { readAttempt, save, start } from '../../tests/attempts.ts';
import { createWorld, makePublishedQuiz } from '../../tests/world.ts';
import { abandonForgottenAttempts, createOverdueSweep } from './attempt.jobs.ts';

const world = await createWorld();
const daySeconds = 24 * 3600;

it('gives up attempts without a deadline after 30 days without a sign of life', async () => {
  const { quizId } = await makePublishedQuiz(world);
  const [idle, busy] = [someViewer(), someViewer()];
  const [forgotten, tended] = [await start(world, idle, quizId), await start(world, busy, quizId)];
  world.pass(29 * daySeconds);
  await save(world, busy, {
    attemptId: tended.id,
    itemId: tended.items[0].id,
    flagged: true,
    clientSequence: 1,
  });
  await abandonForgottenAttempts(world.contextOf(null));
  expect((await readAttempt(world, idle, forgotten.id)).state).toBe('IN_PROGRESS');

  world.pass(daySeconds);
  await Promise.all([
    abandonForgottenAttempts(world.contextOf(null)),
    abandonForgottenAttempts(world.contextOf(null)),
  ]);
  expect(await readAttempt(world, idle, forgotten.id)).toMatchObject({ state: 'ABANDONED', score: null });
  expect((await readAttempt(world, busy, tended.id)).state).toBe('IN_PROGRESS');
  expect(await world.database.attemptTransition.count({ where: { attemptId: forgotten.id } })).toBe(1);
  const refused = await save(world, idle, {
    attemptId: forgotten.id,
    itemId: forgotten.items[0].id,
    flagged: true,
    clientSequence: 1,
  });
  expect(refused).toMatchObject({ __typename: 'StateError', currentState: 'ABANDONED' });
});

it('asks for attempts to close once a second, and at the time of the next', async () => {
  const sweep = createOverdueSweep();
  const begun = world.clock.now;
  const questions: number[] = [];
  const lookFor = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 0.25) {
      const context = world.contextOf(null);
      const { closingUntil } = context.attempts;
      const attempts = {
        ...context.attempts,
        closingUntil: (...given: Parameters<typeof closingUntil>) => {
          questions.push((world.clock.now.getTime() - begun.getTime()) / 1000);
          return closingUntil(...given);
        },
      };
      await sweep({ ...context, attempts });
      world.pass(0.25);
    }
  };
  await lookFor(3);
  expect(questions).toEqual([0, 1, 2]);

  const { quizId } = await makePublishedQuiz(world, { timeLimitSeconds: 1, graceSeconds: 0 });
  world.pass(0.25);
  const attempt = await start(world, someViewer(), quizId);
  await lookFor(2);
  const closed = await world.database.attempt.findUniqueOrThrow({ where: { id: attempt.id } });
  expect(closed.state).toBe('GRADED');
  expect((closed.submittedAt?.getTime() ?? 0) - new Date(attempt.deadline).getTime()).toBeLessThanOrEqual(
    250,
  );
});

it('closes the others when one attempt cannot be closed', async () => {
  const { quizId } = await makePublishedQuiz(world, { timeLimitSeconds: 60, graceSeconds: 0 }, 1);
  const other = await makePublishedQuiz(world, { timeLimitSeconds: 60, graceSeconds: 0 }, 1);
  const [unlucky, lucky] = [someViewer(), someViewer()];
  const broken = await start(world, unlucky, quizId);
  const whole = await start(world, lucky, other.quizId);
  await world.database.questionKey.delete({ where: { questionId: broken.items[0].question.id } });
  world.pass(60);
  await expect(createOverdueSweep()(world.contextOf(null))).rejects.toThrow('could not be closed');
  expect((await world.database.attempt.findUniqueOrThrow({ where: { id: whole.id } })).state).toBe('GRADED');
  const left = await world.database.attempt.findUniqueOrThrow({ where: { id: broken.id } });
  expect(left).toMatchObject({ state: 'IN_PROGRESS', submittedAt: null });
  await world.database.attempt.update({ where: { id: broken.id }, data: { state: 'ABANDONED' } });
});
