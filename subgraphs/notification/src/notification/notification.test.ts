import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { outboxOf, someViewer } from '@studymate/testkit';
import { createWorld, gradedAttempt } from '../../tests/world.ts';

const world = await createWorld();
const { ask, hear, introduce } = world;

const feed =
  `query ($id: ID!, $first: Int, $after: String, $unreadOnly: Boolean, $category: NotificationCategory) {
  _entities(representations: [{ __typename: "User", id: $id }]) {
    ... on User {
      unreadNotificationCount
      notifications(first: $first, after: $after, unreadOnly: $unreadOnly, category: $category) {
        totalCount unreadCount pageInfo { hasNextPage endCursor }
        edges { node {
          id category title body locale readAt dedupeKey target { __typename ... on QuizAttempt { id } }
          deliveries { channel state scheduledFor deferredBy sentAt }
        } }
      }
    }
  }
}`.replaceAll('{ __typename: "User", id: $id }', '{ __typename: "User", id: "ID" }');

const read = async (viewer: ReturnType<typeof someViewer>, variables = {}, of = viewer.id) => {
  const query = feed.replace('"ID"', `"${of}"`).replace('$id: ID!, ', '');
  const { data, errors } = await ask(viewer, query, variables);
  return { user: data._entities?.[0], errors };
};
const nodesOf = (user: { notifications: { edges: { node: Record<string, unknown> }[] } }) =>
  user.notifications.edges.map(({ node }) => node);

describe('notification', () => {
  it('tells a learner of a graded quiz, in the feed and by mail', async () => {
    const ada = someViewer();
    await introduce(ada);
    const graded = gradedAttempt(ada.id);
    await hear('quiz.attempt.graded', graded);
    const { user } = await read(ada);
    expect(user.unreadNotificationCount).toBe(1);
    expect(nodesOf(user)).toMatchObject([
      {
        category: 'QUIZ_RESULT',
        title: '80 % in Cells',
        locale: 'en',
        readAt: null,
        target: { __typename: 'QuizAttempt', id: graded.attemptId },
        deliveries: [
          { channel: 'IN_APP', state: 'DELIVERED', sentAt: '2026-06-01T03:00:00.000Z', deferredBy: null },
          { channel: 'EMAIL', state: 'SCHEDULED', scheduledFor: '2026-06-01T03:00:00.000Z' },
        ],
      },
    ]);
    const jobs = await outboxOf(world.database, 'JOB');
    const deliveries = await world.database.delivery.findMany({
      where: { userId: ada.id, channel: 'EMAIL' },
    });
    expect(jobs.filter(({ payload }) => payload.deliveryId === deliveries[0]?.id)).toHaveLength(1);
  });

  it('makes one notification of 100 identical events, also when they come at once', async () => {
    const ada = someViewer();
    await introduce(ada);
    const graded = gradedAttempt(ada.id);
    for (let batch = 0; batch < 10; batch += 1)
      await Promise.all(Array.from({ length: 10 }, () => hear('quiz.attempt.graded', graded)));
    expect(await world.database.notification.count({ where: { userId: ada.id } })).toBe(1);
    expect(await world.database.delivery.count({ where: { userId: ada.id } })).toBe(2);
  });

  it('writes in the language of the reader and says which it was', async () => {
    const minsu = someViewer();
    await introduce(minsu, { locale: 'ko-KR' });
    await hear('quiz.attempt.graded', gradedAttempt(minsu.id, { quizTitle: '세포' }));
    const french = someViewer();
    await introduce(french, { locale: 'fr-FR' });
    await hear('quiz.attempt.graded', gradedAttempt(french.id));
    expect(nodesOf((await read(minsu)).user)).toMatchObject([{ title: '세포: 80%', locale: 'ko' }]);
    expect(nodesOf((await read(french)).user)).toMatchObject([{ title: '80 % in Cells', locale: 'en' }]);
  });

  it('speaks of AI work, plans, goals and levels, and not of what the learner did themselves', async () => {
    const ada = someViewer();
    const userId = ada.id;
    await introduce(ada, { timeZone: 'America/New_York' });
    const generation = {
      userId,
      kind: 'SUMMARY',
      credits: 2,
      title: '',
      outputId: null,
      finishedAt: '2026-06-01T03:00:00Z',
    } as const;
    for (const state of ['SUCCEEDED', 'FAILED', 'CANCELED'] as const)
      await hear('ai.generation.finished', { ...generation, generationId: newId('Generation'), state });
    await hear('billing.subscription.changed', {
      ...{ userId, subscriptionId: newId('UserSubscription'), planCode: 'plus', planName: 'Plus' },
      ...{ status: 'ACTIVE', currentPeriodEnd: '2026-07-01T02:00:00.000Z' },
    });
    await hear('study.goal.met', {
      goalId: newId('StudyGoal'),
      userId,
      kind: 'MINUTES',
      target: 30,
      metAt: '2026-06-01T03:00:00Z',
    });
    const mastery = {
      userId,
      subjectId: newId('Subject'),
      skillTitle: 'Osmosis',
      probabilityBefore: 0.7,
      changedAt: '2026-06-01T03:00:00Z',
    };
    const steps = [
      ['FAMILIAR', 'PROFICIENT', 0.9],
      ['PROFICIENT', 'FAMILIAR', 0.6],
      ['ATTEMPTED', 'FAMILIAR', 0.6],
    ] as const;
    for (const [before, after, probabilityAfter] of steps)
      await hear('personalization.mastery.changed', {
        ...mastery,
        skillId: newId('Skill'),
        before,
        after,
        probabilityAfter,
        reason: '',
      });
    const { user } = await read(ada);
    expect(
      nodesOf(user)
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual([
      'Goal met: 30 minutes of study',
      'Not made: summary',
      'Osmosis: proficient',
      'Ready: summary',
      'Your plan Plus is active',
    ]);
    expect(
      nodesOf(user)
        .map(({ body }) => body)
        .join(),
    ).toContain('June 30, 2026');
  });

  it('greets a new learner in the feed but not by mail', async () => {
    const ada = someViewer();
    const profile = {
      email: 'ada@example.com',
      displayName: 'Ada',
      locale: 'en',
      timeZone: 'UTC',
      dayStartMinutes: 0,
    };
    await hear('auth.user.registered', { userId: ada.id, ...profile });
    const [welcome] = nodesOf((await read(ada)).user);
    expect(welcome).toMatchObject({ title: 'Welcome to StudyMate, Ada', target: null });
    expect(welcome?.deliveries).toMatchObject([
      { state: 'DELIVERED' },
      { channel: 'EMAIL', state: 'SUPPRESSED' },
    ]);
  });

  it('keeps markup in a title from becoming markup in the feed', async () => {
    const ada = someViewer();
    await introduce(ada);
    await hear('quiz.attempt.graded', gradedAttempt(ada.id, { quizTitle: '[win](http://evil)\r\n<script>' }));
    const [node] = nodesOf((await read(ada)).user);
    expect(node?.title).not.toMatch(/[\r\n]/);
    expect(node?.body).not.toContain('[win](');
    expect(node?.body).not.toMatch(/(^|[^\\])<script/);
  });

  it('shows a feed to its owner and to administrators, and to nobody else', async () => {
    const ada = someViewer();
    await introduce(ada);
    await hear('quiz.attempt.graded', gradedAttempt(ada.id));
    const stranger = await read(someViewer(), {}, ada.id);
    expect(stranger.user).toEqual({ unreadNotificationCount: null, notifications: null });
    expect(stranger.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const admin = await read(someViewer({ roles: ['ADMIN'] }), {}, ada.id);
    expect(nodesOf(admin.user)).toHaveLength(1);

    const [node] = nodesOf((await read(ada)).user);
    const byId = `{ _entities(representations: [{ __typename: "Notification", id: "${node?.id}" }]) { ... on Notification { title } } }`;
    expect((await ask(ada, byId)).data._entities).toEqual([{ title: '80 % in Cells' }]);
    expect((await ask(someViewer(), byId)).data._entities).toEqual([null]);
    expect((await ask(null, byId)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('pages through the feed without gaps or repeats, also over equal instants, while new ones come', async () => {
    const ada = someViewer();
    await introduce(ada);
    for (let index = 0; index < 7; index += 1) await hear('quiz.attempt.graded', gradedAttempt(ada.id));
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const { user }: Awaited<ReturnType<typeof read>> = await read(ada, { first: 3, after });
      seen.push(...nodesOf(user).map(({ id }) => id));
      after = user.notifications.pageInfo.hasNextPage ? user.notifications.pageInfo.endCursor : null;
      await hear('quiz.attempt.graded', gradedAttempt(ada.id, { quizTitle: 'later' }));
    } while (after !== null && seen.length < 20);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(7);
    for (const first of [0, 101, -1])
      expect((await read(ada, { first })).errors[0]?.extensions.code).toBe('VALIDATION');
  });

  it('counts unread as many as it lists, after any interleaving of marking and arriving', async () => {
    const ada = someViewer();
    await introduce(ada);
    const mark = `mutation ($ids: [ID!], $all: Boolean, $before: DateTime) {
      markNotificationsRead(ids: $ids, all: $all, before: $before) { updated { id readAt } unreadCount } }`;
    const agree = async () => {
      const { user } = await read(ada, { first: 100, unreadOnly: true });
      expect(user.notifications.edges).toHaveLength(user.unreadNotificationCount);
      expect(user.notifications.unreadCount).toBe(user.unreadNotificationCount);
      expect(user.notifications.totalCount).toBe(user.unreadNotificationCount);
      return user;
    };
    await Promise.all(Array.from({ length: 6 }, () => hear('quiz.attempt.graded', gradedAttempt(ada.id))));
    const [first, second] = nodesOf(await agree());
    const marks = [first?.id, second?.id, first?.id].map((id) => ask(ada, mark, { ids: [id] }));
    await Promise.all([...marks, hear('quiz.attempt.graded', gradedAttempt(ada.id))]);
    expect((await agree()).unreadNotificationCount).toBe(5);

    const stranger = await ask(someViewer(), mark, { ids: nodesOf(await agree()).map(({ id }) => id) });
    expect(stranger.data.markNotificationsRead).toEqual({ updated: [], unreadCount: 0 });
    expect((await agree()).unreadNotificationCount).toBe(5);

    const past = await ask(ada, mark, { all: true, before: '2026-05-31T00:00:00Z' });
    expect(past.data.markNotificationsRead).toEqual({ updated: [], unreadCount: 5 });
    const rest = await ask(ada, mark, { all: true });
    expect(rest.data.markNotificationsRead).toMatchObject({ unreadCount: 0 });
    expect(rest.data.markNotificationsRead.updated).toHaveLength(5);
    expect((await ask(ada, mark, {})).errors[0]?.extensions.code).toBe('VALIDATION');
    expect((await ask(null, mark, { all: true })).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('reads a page of any length with the same number of queries', async () => {
    const ada = someViewer();
    await introduce(ada);
    for (let index = 0; index < 12; index += 1) await hear('quiz.attempt.graded', gradedAttempt(ada.id));
    const queriesOf = async (first: number) => {
      world.sent.count = 0;
      expect(nodesOf((await read(ada, { first })).user)).toHaveLength(first);
      return world.sent.count;
    };
    const short = await queriesOf(1);
    expect(await queriesOf(12)).toBe(short);
    expect(short).toBeLessThanOrEqual(5);
  });
});
