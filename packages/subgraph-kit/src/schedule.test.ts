import { afterAll, describe, expect, it } from '@jest/globals';
import { schedules, type Timing } from '@studymate/contracts';
import { connectStudy, type StudyDatabase } from '@studymate/database/study';
import { fixedClock } from '@studymate/runtime';
import { outboxOf, testDatabase } from '@studymate/testkit';
import { contextFactory, type SubgraphContext } from './context.ts';
import { createScheduler, lastDueDate } from './schedule.ts';

interface Context extends SubgraphContext<Context> {
  readonly database: StudyDatabase;
}

const database = connectStudy((await testDatabase('study')).url);
afterAll(() => database.$disconnect());

const dailyStats = schedules.dailyStats.timing;
const weeklyReports = schedules.weeklyReports.timing;
const hourMs = 3_600_000;

/** Every date the schedule names while time goes by in quarters of an hour, with how often it changed. */
function datesBetween(schedule: Timing, zone: string, span: [string, string]) {
  const [from, to] = span.map((instant) => Date.parse(instant)) as [number, number];
  const dates: { date: string; since: string }[] = [];
  for (let at = from; at <= to; at += hourMs / 4) {
    const date = lastDueDate(schedule, new Date(at), zone);
    if (dates.at(-1)?.date !== date) dates.push({ date, since: new Date(at).toISOString() });
  }
  return dates;
}

describe('a schedule', () => {
  it('is due at its time on the wall clock of its zone', () => {
    expect(datesBetween(dailyStats, 'Asia/Seoul', ['2026-03-02T16:45:00Z', '2026-03-03T16:45:00Z'])).toEqual([
      { date: '2026-03-02', since: '2026-03-02T16:45:00.000Z' },
      { date: '2026-03-03', since: '2026-03-02T17:00:00.000Z' },
    ]);
  });

  it('is due once on the day whose clock leaves its time out, and once where it comes twice', () => {
    const spring = datesBetween(dailyStats, 'America/New_York', [
      '2026-03-07T12:00:00Z',
      '2026-03-09T12:00:00Z',
    ]);
    expect(spring).toEqual([
      { date: '2026-03-07', since: '2026-03-07T12:00:00.000Z' },
      { date: '2026-03-08', since: '2026-03-08T07:00:00.000Z' },
      { date: '2026-03-09', since: '2026-03-09T06:00:00.000Z' },
    ]);
    const autumn = datesBetween({ ...dailyStats, atMinute: 90 }, 'America/New_York', [
      '2026-10-31T12:00:00Z',
      '2026-11-02T12:00:00Z',
    ]);
    expect(autumn.map(({ date }) => date)).toEqual(['2026-10-31', '2026-11-01', '2026-11-02']);
  });

  it('of a week is due on its weekday', () => {
    const weeks = datesBetween(weeklyReports, 'Europe/London', [
      '2026-03-23T03:00:00Z',
      '2026-04-06T12:00:00Z',
    ]);
    expect(weeks).toEqual([
      { date: '2026-03-23', since: '2026-03-23T03:00:00.000Z' },
      { date: '2026-03-30', since: '2026-03-30T02:00:00.000Z' },
      { date: '2026-04-06', since: '2026-04-06T02:00:00.000Z' },
    ]);
  });
});

describe('the scheduler', () => {
  const createContext = contextFactory<StudyDatabase, object, Context>((inner, base) => ({
    ...base,
    database: inner,
  }));
  const at = (instant: string) =>
    createContext({ database, resources: {}, viewer: null, now: fixedClock(new Date(instant)) });
  const countJobs = async () => (await outboxOf(database, 'JOB')).length;
  const env = { SCHEDULE_TIME_ZONE: 'America/New_York' };

  it('enqueues a job once a day, over workers and restarts', async () => {
    for (const instant of ['2026-03-08T07:00:00Z', '2026-03-08T07:00:30Z', '2026-03-09T05:59:59Z']) {
      const workers = Array.from({ length: 4 }, () => createScheduler('study', env));
      await Promise.all(workers.map((look) => look(at(instant))));
    }
    expect(await countJobs()).toBe(1);

    await createScheduler('study', env)(at('2026-03-09T06:00:00Z'));
    expect(await outboxOf(database, 'JOB')).toEqual([
      { name: 'updateUserStats', payload: {} },
      { name: 'updateUserStats', payload: {} },
    ]);
  });

  it('refuses a zone that there is not', () => {
    expect(() => createScheduler('study', { SCHEDULE_TIME_ZONE: 'Mars/Olympus' })).toThrow(/IANA/);
  });
});
