import { notFound } from '@studymate/contracts';
import type { Notification } from '@studymate/database/notification';
import { parsePage, requireViewer, type Ticks } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { findNotification } from './notification.service.ts';
import { arrivalTopic, unreadCountTopic } from './notification-topics.ts';

/** Ticks with the newest notification of the viewer's feed, if there is one, and with each that arrives. */
export async function followArrivals(context: Context): Promise<Ticks> {
  const { id: userId } = requireViewer(context);
  const ticks = await context.changes.follow(arrivalTopic(userId));
  const [newest] = await context.notifications.page({ userId }, parsePage({ first: 1 }));
  if (newest) ticks.push({ detail: newest.id });
  return ticks;
}

/** The notification that a tick names; the newest when it names none. Throws NOT_FOUND when there is none. */
export async function getArrival(context: Context, id: string): Promise<Notification> {
  const { id: userId } = requireViewer(context);
  const [newest = null] =
    id === '' ? await context.notifications.page({ userId }, parsePage({ first: 1 })) : [];
  const notification = id === '' ? newest : await findNotification(context, id);
  if (!notification) throw notFound('Notification');
  return notification;
}

/** Ticks now and whenever the number of the viewer's unread notifications may have changed. */
export const followUnreadCount = (context: Context): Promise<Ticks> =>
  context.changes.follow(unreadCountTopic(requireViewer(context).id), { detail: '' });
