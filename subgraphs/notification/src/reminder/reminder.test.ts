import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { createWorld } from '../../tests/world.ts';
import { ringDueReminders } from './reminder.service.ts';

const world = await createWorld();
const { ask } = world;
type Viewer = ReturnType<typeof someViewer>;

const fields = 'id category rrule timeZone nextRunAt nextRuns(count: 2) paused';
const schedule = `mutation ($category: NotificationCategory!, $rrule: String!, $timeZone: TimeZone) {
  scheduleReminder(category: $category, rrule: $rrule, timeZone: $timeZone) {
    __typename ... on ReminderSchedule { ${fields} } ... on UserError { code message path } } }`;
const pause = `mutation ($id: ID!, $paused: Boolean!) { pauseReminder(id: $id, paused: $paused) {
  __typename ... on ReminderSchedule { ${fields} } ... on UserError { code } } }`;
const listOf = ({ id }: Viewer) =>
  `{ _entities(representations: [{ __typename: "User", id: "${id}" }]) { ... on User { reminders { ${fields} } } } }`;

const set = async (viewer: Viewer, variables: object = {}) =>
  (await ask(viewer, schedule, { category: 'REVIEW_DUE', rrule: 'FREQ=DAILY', ...variables })).data
    .scheduleReminder;
const rung = (viewer: Viewer) =>
  world.database.notification.findMany({ where: { userId: viewer.id }, orderBy: { createdAt: 'asc' } });

describe('reminder', () => {
  it('rings every evening of the learner, once', async () => {
    world.setNow('2026-06-01T03:00:00Z');
    const ada = someViewer();
    await world.introduce(ada);
    const reminder = await set(ada);
    expect(reminder).toMatchObject({
      timeZone: 'Asia/Seoul',
      nextRunAt: '2026-06-01T11:00:00.000Z',
      nextRuns: ['2026-06-01T11:00:00.000Z', '2026-06-02T11:00:00.000Z'],
      paused: false,
    });
    world.setNow('2026-06-01T10:59:59Z');
    await ringDueReminders(world.system());
    expect(await rung(ada)).toHaveLength(0);
    world.setNow('2026-06-01T11:00:00Z');
    await Promise.all([1, 2, 3].map(() => ringDueReminders(world.system())));
    expect(await rung(ada)).toMatchObject([{ category: 'REVIEW_DUE', title: 'Time to review' }]);
    world.setNow('2026-06-05T12:00:00Z');
    await ringDueReminders(world.system());
    expect(await rung(ada)).toHaveLength(2);
    const { data } = await ask(ada, listOf(ada));
    expect(data._entities[0].reminders[0].nextRunAt).toBe('2026-06-06T11:00:00.000Z');
  });

  it('rings once on the days on which the clock changes', async () => {
    world.setNow('2026-03-07T12:00:00Z');
    const ada = someViewer({ timeZone: 'America/New_York' });
    await world.introduce(ada);
    await set(ada, { rrule: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30' });
    for (let hour = 0; hour < 48; hour += 1) {
      world.setNow(new Date(Date.parse('2026-03-08T00:00:00Z') + hour * 3_600_000).toISOString());
      await ringDueReminders(world.system());
    }
    expect((await rung(ada)).map(({ createdAt }) => createdAt.toISOString())).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T07:00:00.000Z',
    ]);
  });

  it('moves with a learner who travels, unless it has a zone of its own', async () => {
    world.setNow('2026-06-01T03:00:00Z');
    const ada = someViewer();
    await world.introduce(ada);
    await set(ada);
    await set(ada, { timeZone: 'Europe/Berlin' });
    await world.introduce(ada, { timeZone: 'America/New_York' });
    const { data } = await ask(ada, listOf(ada));
    expect(data._entities[0].reminders).toMatchObject([
      { timeZone: 'America/New_York', nextRunAt: '2026-06-02T00:00:00.000Z' },
      { timeZone: 'Europe/Berlin', nextRunAt: '2026-06-01T18:00:00.000Z' },
    ]);
  });

  it('is silent while paused', async () => {
    world.setNow('2026-06-01T03:00:00Z');
    const ada = someViewer();
    const { id } = await set(ada);
    const paused = await ask(ada, pause, { id, paused: true });
    expect(paused.data.pauseReminder).toMatchObject({ paused: true, nextRunAt: null });
    world.setNow('2026-06-03T12:00:00Z');
    await ringDueReminders(world.system());
    expect(await rung(ada)).toHaveLength(0);
    const resumed = await ask(ada, pause, { id, paused: false });
    expect(resumed.data.pauseReminder).toMatchObject({
      paused: false,
      nextRunAt: '2026-06-04T11:00:00.000Z',
    });
  });

  it('is one however often it is asked for, and a learner has at most 20', async () => {
    world.setNow('2026-06-01T03:00:00Z');
    const ada = someViewer();
    const first = await set(ada);
    expect((await set(ada, { rrule: 'RRULE:freq=daily' })).id).toBe(first.id);
    for (let minute = 1; minute < 20; minute += 1) await set(ada, { rrule: `FREQ=DAILY;BYMINUTE=${minute}` });
    expect(await set(ada, { rrule: 'FREQ=WEEKLY' })).toMatchObject({ __typename: 'ValidationError' });
    const { data } = await ask(ada, listOf(ada));
    expect(data._entities[0].reminders).toHaveLength(20);
  });

  it.each([
    [{ rrule: 'FREQ=SECONDLY' }, ['rrule']],
    [{ rrule: 'FREQ=DAILY;UNTIL=20200101' }, ['rrule']],
    [{ category: 'SECURITY' }, ['category']],
  ])('cannot be set as %j', async (variables, path) => {
    expect(await set(someViewer(), variables)).toMatchObject({ __typename: 'ValidationError', path });
  });

  it('is nobody else’s to see or pause', async () => {
    const ada = someViewer();
    const { id } = await set(ada);
    const byId = `{ _entities(representations: [{ __typename: "ReminderSchedule", id: "${id}" }]) { ... on ReminderSchedule { rrule } } }`;
    expect((await ask(ada, byId)).data._entities).toEqual([{ rrule: 'FREQ=DAILY' }]);
    expect((await ask(someViewer(), byId)).data._entities).toEqual([null]);
    const foreign = await ask(someViewer(), pause, { id, paused: true });
    expect(foreign.data.pauseReminder).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
    expect((await ask(someViewer(), listOf(ada))).data._entities).toEqual([{ reminders: null }]);
  });
});
