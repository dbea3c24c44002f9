import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { createWorld, gradedAttempt } from '../../tests/world.ts';
import { dispatchDue } from '../delivery/dispatch.service.ts';

const world = await createWorld();
const { ask } = world;

const fields = `version timeZone quietHours { start end exceptCategories } matrix { category channel enabled locked }`;
const read = (viewer: { id: string }, selection = fields) =>
  `{ _entities(representations: [{ __typename: "User", id: "${viewer.id}" }]) { ... on User { notificationPreferences { ${selection} } } } }`;
const update = `mutation ($input: PreferencesInput!) { updateNotificationPreferences(input: $input) {
  __typename ... on NotificationPreferences { ${fields} } ... on UserError { code message path } ... on ConflictError { currentVersion } } }`;
const preview = `preview(category: GOAL, at: "2026-06-01T15:00:00Z") { channel state scheduledFor deferredBy }`;

const preferencesOf = async (viewer: ReturnType<typeof someViewer>, selection = fields) =>
  (await ask(viewer, read(viewer, selection))).data._entities[0].notificationPreferences;
const change = async (viewer: ReturnType<typeof someViewer>, input: object) =>
  (await ask(viewer, update, { input })).data.updateNotificationPreferences;
const night = { start: '22:00', end: '07:00' };

describe('preferences', () => {
  it('begin with everything in the feed and no quiet hours', async () => {
    const ada = someViewer();
    const preferences = await preferencesOf(ada);
    expect(preferences).toMatchObject({ version: 0, quietHours: null, timeZone: 'Asia/Seoul' });
    expect(preferences.matrix).toHaveLength(20);
    const locked = preferences.matrix.filter((cell: { locked: boolean }) => cell.locked);
    expect(locked).toMatchObject([
      { category: 'SECURITY', enabled: true },
      { category: 'SECURITY', enabled: true },
    ]);
  });

  it('foresee when a message would arrive', async () => {
    const ada = someViewer();
    await world.introduce(ada);
    await change(ada, { quietHours: night, expectedVersion: 0 });
    expect((await preferencesOf(ada, preview)).preview).toEqual([
      { channel: 'IN_APP', state: 'DELIVERED', scheduledFor: '2026-06-01T15:00:00.000Z', deferredBy: null },
      {
        channel: 'EMAIL',
        state: 'DEFERRED',
        scheduledFor: '2026-06-01T22:00:00.000Z',
        deferredBy: 'QUIET_HOURS',
      },
    ]);
    await change(ada, { quietHours: { ...night, exceptCategories: ['GOAL'] }, expectedVersion: 1 });
    expect((await preferencesOf(ada, preview)).preview).toMatchObject([
      {},
      { state: 'SCHEDULED', deferredBy: null },
    ]);
    await change(ada, { set: [{ category: 'GOAL', channel: 'EMAIL', enabled: false }], expectedVersion: 2 });
    expect((await preferencesOf(ada, preview)).preview).toMatchObject([
      {},
      { state: 'SUPPRESSED', deferredBy: null },
    ]);
    await change(ada, { quietHours: null, expectedVersion: 3 });
    expect(await preferencesOf(ada)).toMatchObject({ quietHours: null, version: 4 });
  });

  it('follow the learner to another zone', async () => {
    const ada = someViewer();
    await world.introduce(ada);
    await change(ada, { quietHours: night, expectedVersion: 0 });
    await world.introduce(ada, { timeZone: 'America/New_York' });
    const moved = await preferencesOf(ada, `timeZone ${preview}`);
    expect(moved.timeZone).toBe('America/New_York');
    expect(moved.preview[1]).toMatchObject({ state: 'SCHEDULED' });
  });

  it('let one of many simultaneous changes through, and tell the others', async () => {
    const ada = someViewer();
    const changes = Array.from({ length: 8 }, () => change(ada, { quietHours: night, expectedVersion: 0 }));
    const answers = await Promise.all(changes);
    const typenames = answers.map(({ __typename }) => __typename);
    expect(typenames.filter((name) => name === 'NotificationPreferences')).toHaveLength(1);
    expect(answers.find(({ __typename }) => __typename === 'ConflictError')).toMatchObject({
      currentVersion: 1,
    });
    await change(ada, { expectedVersion: 1 });
    expect(await change(ada, { expectedVersion: 1 })).toMatchObject({ currentVersion: 2 });
  });

  it.each([
    [{ quietHours: { start: '25:00', end: '07:00' } }, ['input', 'quietHours', 'start']],
    [{ quietHours: { start: '07:00', end: '07:00' } }, ['input', 'quietHours', 'end']],
    [{ set: [{ category: 'SECURITY', channel: 'EMAIL', enabled: false }] }, ['input', 'set', '0']],
  ])('refuse %j', async (input, path) => {
    const ada = someViewer();
    const answer = await change(ada, { ...input, expectedVersion: 0 });
    expect(answer).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION', path });
    expect(await preferencesOf(ada, 'version')).toEqual({ version: 0 });
  });

  it('are nobody else’s to read or change', async () => {
    const ada = someViewer();
    const stranger = await ask(someViewer(), read(ada));
    expect(stranger.data._entities).toEqual([{ notificationPreferences: null }]);
    expect(stranger.errors[0]?.extensions.code).toBe('FORBIDDEN');
    const nobody = await ask(null, update, { input: { expectedVersion: 0 } });
    expect(nobody.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('hide from the feed what is switched off there, without a trace in the unread count', async () => {
    const ada = someViewer();
    await world.introduce(ada);
    await change(ada, {
      set: [{ category: 'QUIZ_RESULT', channel: 'IN_APP', enabled: false }],
      expectedVersion: 0,
    });
    await world.hear('quiz.attempt.graded', gradedAttempt(ada.id));
    const feed = `{ _entities(representations: [{ __typename: "User", id: "${ada.id}" }]) { ... on User {
      unreadNotificationCount notifications { totalCount edges { node { id } } } } } }`;
    const expected = { unreadNotificationCount: 0, notifications: { totalCount: 0, edges: [] } };
    expect((await ask(ada, feed)).data._entities[0]).toEqual(expected);
  });

  it('stop a kind of mail by the token in that mail, without signing in, as often as asked', async () => {
    const ada = someViewer();
    await world.introduce(ada);
    await world.hear('quiz.attempt.graded', gradedAttempt(ada.id));
    await dispatchDue(world.system());
    const mail = world.mails.find(({ to }) => to.startsWith(ada.id));
    const token = mail?.text.trim().split(' ').at(-1);
    const unsubscribe = `mutation ($token: String!) { unsubscribe(token: $token) { __typename
      ... on NotificationPreferences { version matrix { category channel enabled } } ... on UserError { code path } } }`;
    for (let time = 0; time < 2; time += 1) {
      const { data } = await ask(null, unsubscribe, { token });
      expect(data.unsubscribe).toMatchObject({ __typename: 'NotificationPreferences', version: 1 });
      const off = data.unsubscribe.matrix.filter((cell: { enabled: boolean }) => !cell.enabled);
      expect(off).toContainEqual({ category: 'QUIZ_RESULT', channel: 'EMAIL', enabled: false });
    }
    const forged = await ask(null, unsubscribe, { token: `${token}x` });
    expect(forged.data.unsubscribe).toMatchObject({ __typename: 'ValidationError', path: ['token'] });
  });
});
