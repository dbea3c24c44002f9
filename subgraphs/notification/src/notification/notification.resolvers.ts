import { type ChangeTick, requireViewer } from '@studymate/subgraph-kit';
import type { Resolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { followArrivals, followUnreadCount, getArrival } from './notification.live.ts';
import { findNotification, listFeed, markRead } from './notification.service.ts';

export const notificationResolvers = {
  Mutation: {
    markNotificationsRead: (_root, args, context) => markRead(context, args),
  },
  Subscription: {
    notificationReceived: {
      subscribe: (_root, _args, context) => followArrivals(context),
      resolve: ({ detail }: ChangeTick, _args: object, context: Context) => getArrival(context, detail),
    },
    unreadCountChanged: {
      subscribe: (_root, _args, context) => followUnreadCount(context),
      resolve: (_tick: unknown, _args: object, context: Context) =>
        context.notifications.countUnread(requireViewer(context).id),
    },
  },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    notifications: ({ id }, args, context) => listFeed(context, id, args),
    unreadNotificationCount: ({ id }, _args, context) => context.notifications.countUnread(id),
  },
  Notification: {
    __resolveReference: ({ id }, context) => findNotification(context, id),
    target: ({ targetId }) => (targetId === null ? null : { id: targetId }),
    deliveries: ({ id }, _args, context) => context.deliveries.ofNotification(id),
  },
  NotificationConnection: {
    totalCount: ({ filter }, _args, context) => context.notifications.count(filter),
    unreadCount: ({ filter }, _args, context) => context.notifications.count({ ...filter, unreadOnly: true }),
  },
  MarkReadPayload: {
    unreadCount: ({ userId }, _args, context) => context.notifications.countUnread(userId),
  },
} satisfies Resolvers;
