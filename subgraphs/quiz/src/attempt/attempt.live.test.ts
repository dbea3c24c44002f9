import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { type Followed, someViewer } from '@studymate/testkit';
import { pick, readAttempt, save, start, submit } from '../../tests/attempts.ts';
import { createWorld, makePublishedQuiz } from '../../tests/world.ts';

const world = await createWorld();

const query = `subscription ($id: ID!) {
  attemptUpdated(id: $id) { id state score { raw } progress { answered } }
}`;

async function begin() {
  const quiz = await makePublishedQuiz(world, {}, 2);
  const viewer = someViewer();
  return { viewer, attempt: await start(world, viewer, quiz.quizId) };
}

describe('attemptUpdated', () => {
  it('begins with the attempt as it is, and tells of every save and the grade', async () => {
    const { viewer, attempt } = await begin();
    const followed = await world.follow(viewer, query, { id: attempt.id });
    expect((await followed.next()).data.attemptUpdated).toMatchObject({
      id: attempt.id,
      state: 'IN_PROGRESS',
      score: null,
      progress: { answered: 0 },
    });

    const [item] = attempt.items;
    const response = { choice: { choiceIds: [pick(item, true)] } };
    await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
    expect((await followed.next()).data.attemptUpdated.progress).toEqual({ answered: 1 });

    await submit(world, viewer, attempt.id);
    const { attemptUpdated } = (await followed.next()).data;
    const asked = await readAttempt(world, viewer, attempt.id);
    expect(attemptUpdated.state).toBe('GRADED');
    expect(attemptUpdated.score.raw).toBe(asked.score.raw);
    followed.stop();
  });

  it('says nothing of a save that is refused', async () => {
    const { viewer, attempt } = await begin();
    const followed = await world.follow(viewer, query, { id: attempt.id });
    await followed.next();
    const [item] = attempt.items;
    const response = { choice: { choiceIds: ['not-one-of-its-choices'] } };
    await save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });

    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(followed.waiting()).toBe(0);
    followed.stop();
  });

  it('tells the time that is left at 60, 30 and 10 seconds', async () => {
    const quiz = await makePublishedQuiz(world, { timeLimitSeconds: 120 }, 1);
    const viewer = someViewer();
    const attempt = await start(world, viewer, quiz.quizId);
    const startedAt = world.clock.now;
    const countdown = 'subscription ($id: ID!) { attemptUpdated(id: $id) { remainingSeconds } }';
    const followed: Followed[] = [];
    for (const left of [60, 30, 10]) {
      world.clock.now = new Date(startedAt.getTime() + (120 - left) * 1000 - 200);
      const one = await world.follow(viewer, countdown, { id: attempt.id });
      expect((await one.next()).data.attemptUpdated.remainingSeconds).toBe(left + 1);
      // Nothing has changed: this one comes of itself.
      expect([left, left + 1]).toContain((await one.next()).data.attemptUpdated.remainingSeconds);
      followed.push(one);
    }
    for (const one of followed) one.stop();
  });

  it('is for the one who takes it', async () => {
    const { attempt } = await begin();
    for (const [viewer, id] of [
      [someViewer(), attempt.id],
      [someViewer({ roles: ['ADMIN'] }), attempt.id],
      [someViewer(), newId('QuizAttempt')],
    ] as const) {
      const { refusal } = await world.follow(viewer, query, { id });
      expect(refusal?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    }
  });
});
