import { type Domain, jobOwners, schedules, type Timing } from '@studymate/contracts';
import { addDays, isTimeZone, readEnv, type StudyDay, studyDay } from '@studymate/runtime';
import { z } from 'zod';
import type { SubgraphContext } from './context.ts';

const environment = z.object({
  SCHEDULE_TIME_ZONE: z.string().refine(isTimeZone, 'must be an IANA time zone').default('Asia/Seoul'),
});

/**
 * The date on which the schedule was last due. A time that the clock leaves out counts from where it goes on; one
 * that it shows twice counts once.
 */
export function lastDueDate({ atMinute, weekday }: Timing, now: Date, timeZone: string): StudyDay {
  const today = studyDay(now, timeZone, atMinute);
  if (weekday === undefined) return today;
  const daysSince = (new Date(`${today}T00:00:00Z`).getUTCDay() - weekday + 7) % 7;
  return addDays(today, -daysSince);
}

/**
 * Puts the domain's scheduled jobs in its outbox when they are due, each date once however many workers look, and
 * the last one missed when all were down: that it was done is noted where the domain's events are, in the same
 * transaction.
 */
export function createScheduler(domain: Domain, env: NodeJS.ProcessEnv = process.env) {
  const timeZone = readEnv(environment, env).SCHEDULE_TIME_ZONE;
  const own = Object.entries(schedules).filter(([, { job }]) => jobOwners[job] === domain);
  const noted = new Map<string, StudyDay>();

  return async <C extends SubgraphContext<C>>(context: C): Promise<void> => {
    for (const [name, schedule] of own) {
      const date = lastDueDate(schedule.timing, context.now(), timeZone);
      if (noted.get(name) === date) continue;
      await context.transaction(async (inner) => {
        if (await inner.inbox.accept({ id: `${name} ${date}`, name })) await schedule.enqueueOn(inner.jobs);
      });
      noted.set(name, date);
    }
  };
}
