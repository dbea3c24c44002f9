import {
  DashboardDocument,
  type DashboardQuery,
  MarkNotificationsReadDocument,
  NotificationsDocument,
} from '@studymate/client';
import type { Learner } from './learner.ts';
import { receiveMail } from './mailbox.ts';
import { eventually, must, type Narrator } from './narrator.ts';

type Viewer = NonNullable<DashboardQuery['viewer']>;

/** Everything of the day must show: progress, mastery, streak, recommendations. */
function isComplete(viewer: Viewer): boolean {
  const subject = viewer.subjects?.edges[0]?.node;
  return (
    (viewer.studyStats?.reviews ?? 0) >= 1 &&
    (viewer.studyStats?.sessions ?? 0) >= 1 &&
    (viewer.streak?.current ?? 0) >= 1 &&
    (subject?.progress?.cardsTotal ?? 0) >= 1 &&
    (subject?.mastery?.byLevel.some(({ level, count }) => level !== 'NOT_STARTED' && count > 0) ?? false) &&
    viewer.attempts?.edges[0]?.node.state === 'GRADED' &&
    (viewer.generations?.edges.length ?? 0) === 3 &&
    (viewer.recommendations?.edges.length ?? 0) >= 1
  );
}

/** One query over all seven subgraphs. */
export async function lookAtDashboard(learner: Learner, narrator: Narrator): Promise<void> {
  narrator.chapter('The dashboard: one query over all seven subgraphs');
  const viewer = await narrator.step('sees progress, mastery, streak and what to do next', () =>
    eventually('the dashboard to tell the whole day', async () => {
      const { viewer: current } = await learner.client.request(DashboardDocument, {});
      return current && isComplete(current) ? current : null;
    }),
  );
  await narrator.step(
    'reads the reasons of each recommendation',
    async () => {
      const recommendations = viewer.recommendations?.edges.map(({ node }) => node) ?? [];
      for (const { reasons, score } of recommendations) {
        const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
        must(reasons.length > 0 && Math.abs(sum - score) < 1e-9, 'reasons do not add up to the score');
      }
      return recommendations;
    },
    (recommendations) =>
      recommendations.map(({ kind, reasons }) => `${kind}: ${reasons[0]?.text}`).join(' | '),
  );
}

/** The day's news in the app and by mail. */
export async function readNotifications(learner: Learner, narrator: Narrator): Promise<void> {
  narrator.chapter('Notifications');
  await narrator.step(
    'has heard of summary, quiz and payment in the app',
    () =>
      eventually('the notifications', async () => {
        const { viewer } = await learner.client.request(NotificationsDocument, { first: 50 });
        const categories = new Set(viewer?.notifications?.edges.map(({ node }) => node.category));
        const hasAll = (['AI_READY', 'QUIZ_RESULT', 'BILLING'] as const).every((one) => categories.has(one));
        return hasAll ? categories : null;
      }),
    (categories) => [...categories].join(', '),
  );
  await narrator.step(
    'and by mail',
    () => receiveMail(learner.places.mail, learner.email, /% in Photosynthesis/),
    ({ subject }) => subject,
  );
  await narrator.step('marks all as read', async () => {
    const { markNotificationsRead } = await learner.client.request(MarkNotificationsReadDocument, {
      all: true,
    });
    must(markNotificationsRead.unreadCount === 0, 'some are still unread');
  });
}
