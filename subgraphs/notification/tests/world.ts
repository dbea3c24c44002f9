import { type EventName, type EventPayload, newId, type Viewer } from '@studymate/contracts';
import { connectNotification } from '@studymate/database/notification';
import type { Mail } from '@studymate/mail';
import { fixedClock } from '@studymate/runtime';
import { asker, countQueries, deliver, follower, liveChanges, testDatabase } from '@studymate/testkit';
import { createContext, type Resources } from '../src/context.ts';
import { notificationEvents } from '../src/notification/notification.events.ts';
import { schema } from '../src/schema.ts';

type Handler<E extends EventName> = (
  context: ReturnType<typeof createContext>,
  payload: EventPayload<E>,
) => Promise<void>;

/** A fresh notification domain with a clock of its own and a mailer that keeps what it is given. */
export async function createWorld(resources: Partial<Resources> = {}) {
  const postgres = await testDatabase('notification');
  const database = connectNotification(postgres.url);
  const counted = countQueries(database);
  const mails: Mail[] = [];
  let now = new Date('2026-06-01T03:00:00Z');
  const all: Resources = {
    mailer: {
      sendMail: async (mail) => {
        mails.push(mail);
        return { messageId: mail.messageId ?? '' };
      },
    },
    unsubscribeSecret: 'a-secret-of-the-tests-that-is-long-enough',
    unsubscribePage: null,
    leaseMs: 60_000,
    ...resources,
  };
  const live = liveChanges();
  const contextOf = (viewer: Viewer | null) =>
    createContext({
      database: counted.client,
      resources: all,
      viewer,
      now: () => fixedClock(now)(),
      ...live,
    });

  const hear = <E extends keyof typeof notificationEvents & EventName>(
    name: E,
    payload: EventPayload<E>,
    id?: string,
  ) =>
    deliver(contextOf(null), notificationEvents[name] as Handler<E>, {
      name,
      payload,
      ...(id ? { id } : {}),
    });

  return {
    database,
    url: postgres.url,
    sent: counted.sent,
    mails,
    ask: asker(schema, contextOf),
    follow: follower(schema, contextOf),
    /** The system itself, as the worker acts. */
    system: () => contextOf(null),
    hear,
    setNow: (instant: string) => {
      now = new Date(instant);
    },
    /** The auth domain reports the viewer's profile. */
    introduce: (viewer: Viewer, profile: Partial<EventPayload<'auth.user.updated'>> = {}) =>
      hear('auth.user.updated', {
        userId: viewer.id,
        email: `${viewer.id}@example.com`,
        displayName: 'Ada',
        locale: 'en',
        timeZone: viewer.timeZone,
        dayStartMinutes: viewer.dayStartMinutes,
        ...profile,
      }),
  };
}

export const gradedAttempt = (
  userId: string,
  changes: Partial<EventPayload<'quiz.attempt.graded'>> = {},
) => ({
  attemptId: newId('QuizAttempt'),
  quizId: newId('Quiz'),
  quizTitle: 'Cells',
  subjectId: newId('Subject'),
  userId,
  score: 4,
  maxScore: 5,
  fraction: 0.8,
  passed: true,
  gradedAt: '2026-06-01T03:00:00.000Z',
  items: [],
  ...changes,
});
