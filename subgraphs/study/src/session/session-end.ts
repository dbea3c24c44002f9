import type { StudySession } from '@studymate/database/study';
import { counter } from '@studymate/runtime';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { dayOf, type LearnerClock } from '../user/learner-clock.ts';
import { abandonedAt, focusByStudyDay, idleMinutes, secondsOf } from './session-clock.ts';
import { sessionTopic } from './session-topic.ts';

const sessions = counter({
  name: 'study_sessions_total',
  help: 'Study sessions that ended.',
  labels: ['status'],
});

interface SessionEnd {
  readonly status: 'COMPLETED' | 'ABANDONED';
  readonly endedAt: Date;
  readonly notes?: string | null;
  readonly focusRating?: number | null;
}

/** Closes a session at an instant: its last interval, its study days and all that is counted by them. */
export async function endSession(
  context: Context,
  session: StudySession,
  { clock, ...end }: SessionEnd & { readonly clock: LearnerClock },
): Promise<StudySession> {
  await context.sessions.switchInterval(session.id, end.endedAt, null);
  const ended = await context.sessions.update(session.id, end);
  context.changes.announce(sessionTopic(session.id));
  const intervals = await context.sessions.intervalsOf(session.id);
  sessions.inc({ status: end.status });
  const days = focusByStudyDay(intervals, clock);
  await context.sessions.saveDays(ended, days);
  await recountDays(context, { clock, subjectId: ended.subjectId, days: days.keys() });
  if (end.status === 'COMPLETED') {
    await context.events.publish('study.session.finished', {
      sessionId: ended.id,
      userId: ended.userId,
      subjectId: ended.subjectId,
      startedAt: ended.startedAt.toISOString(),
      endedAt: end.endedAt.toISOString(),
      activeSeconds: secondsOf('FOCUS', intervals, end.endedAt),
      studyDay: dayOf(clock, end.endedAt),
    });
  }
  return ended;
}

const isIdle = (session: StudySession, now: Date): boolean => {
  const limit = abandonedAt(session);
  return limit !== null && limit.getTime() <= now.getTime();
};

/** Whether the session still runs, as far as anybody can tell at this instant. */
export const isRunning = (session: StudySession, now: Date): boolean =>
  (session.status === 'ACTIVE' || session.status === 'PAUSED') && !isIdle(session, now);

/** Gives up on a learner's sessions that nobody was seen in for too long: each ends when last seen. */
export async function abandonIdleSessionsOf(context: Context, clock: LearnerClock): Promise<void> {
  const now = context.now();
  const running = await context.sessions.listRunning(clock.userId);
  if (!running.some((session) => isIdle(session, now))) return;
  await context.transaction(async (inner) => {
    await inner.learners.lock(clock.userId);
    for (const session of await inner.sessions.listRunning(clock.userId)) {
      if (!isIdle(session, now)) continue;
      await endSession(inner, session, { clock, status: 'ABANDONED', endedAt: session.lastSeenAt });
    }
  });
}

const sweepSize = 200;

/** Gives up on idle sessions of all learners; a sweep of the worker. */
export async function abandonIdleSessions(context: Context): Promise<void> {
  const unseenSince = new Date(context.now().getTime() - idleMinutes * 60_000);
  const sessions = await context.sessions.listUnseenSince(unseenSince, sweepSize);
  for (const userId of new Set(sessions.map((session) => session.userId))) {
    await abandonIdleSessionsOf(context, await context.learners.clockOf(userId));
  }
}
