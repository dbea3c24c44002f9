import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { createWorld, gradedAttempt } from '../../tests/world.ts';

const world = await createWorld();
const received = 'subscription { notificationReceived { title target { ... on QuizAttempt { id } } } }';
const unread = 'subscription { unreadCountChanged }';

async function someLearner() {
  const viewer = someViewer();
  await world.introduce(viewer);
  return viewer;
}

const notify = async (userId: string): Promise<string> => {
  const graded = gradedAttempt(userId);
  await world.hear('quiz.attempt.graded', graded);
  return graded.attemptId;
};

describe('notificationReceived', () => {
  it('begins with the newest one, and tells of each that arrives', async () => {
    const ada = await someLearner();
    const first = await notify(ada.id);
    const followed = await world.follow(ada, received);
    expect((await followed.next()).data.notificationReceived.target.id).toBe(first);

    const second = await notify(ada.id);
    expect((await followed.next()).data.notificationReceived.target.id).toBe(second);
    followed.stop();
  });

  it('waits for the first one when the feed is empty, and hears nothing of others', async () => {
    const ada = await someLearner();
    const grace = await someLearner();
    const followed = await world.follow(ada, received);
    await notify(grace.id);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(followed.waiting()).toBe(0);

    const own = await notify(ada.id);
    expect((await followed.next()).data.notificationReceived.target.id).toBe(own);
    followed.stop();
  });
});

describe('unreadCountChanged', () => {
  it('begins with the count, and follows what arrives and what is read', async () => {
    const ada = await someLearner();
    const followed = await world.follow(ada, unread);
    const next = async () => (await followed.next()).data.unreadCountChanged;
    expect(await next()).toBe(0);
    await notify(ada.id);
    expect(await next()).toBe(1);
    await world.ask(ada, 'mutation { markNotificationsRead(all: true) { __typename } }');
    expect(await next()).toBe(0);
    followed.stop();
  });
});

it.each([received, unread])('is for who is signed in: %s', async (query) => {
  const { refusal } = await world.follow(null, query);
  expect(refusal?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});
