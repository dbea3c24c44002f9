import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { start, submit } from '../../tests/attempts.ts';
import { createWorld } from '../../tests/world.ts';
import { seed } from './demo-quiz.seed.ts';

const world = await createWorld();

describe('the demo quiz', () => {
  it('is there once, for everybody to take', async () => {
    await seed({ databaseUrl: world.url });
    await seed({ databaseUrl: world.url });
    const learner = someViewer();
    const { quizzes } = await world.get(
      learner,
      '{ quizzes(first: 10) { edges { node { id title questionCount startability { canStart } } } } }',
    );
    expect(quizzes.edges).toMatchObject([
      { node: { title: 'How learning works', questionCount: 6, startability: { canStart: true } } },
    ]);
    const attempt = await start(world, learner, quizzes.edges[0].node.id);
    expect(
      new Set(attempt.items.map((item: { question: { __typename: string } }) => item.question.__typename))
        .size,
    ).toBe(5);
    expect((await submit(world, learner, attempt.id)).score).toMatchObject({ raw: 0, max: 6, passed: false });
  });
});
