import type { Resolvers } from '../__generated__/resolvers.ts';
import { findNotification, listFeed, markRead } from './notification.service.ts';

export const notificationResolvers = {
  Mutation: {
    markNotificationsRead: (_root, args, context) => markRead(context, args),
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
