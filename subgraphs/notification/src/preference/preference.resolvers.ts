import type { Resolvers } from '../__generated__/resolvers.ts';
import { matrixOf } from './channel-default.ts';
import { getPreferences, previewDeliveries, unsubscribe, updatePreferences } from './preference.service.ts';

export const preferenceResolvers = {
  Mutation: {
    updateNotificationPreferences: (_root, { input }, context) => updatePreferences(context, input),
    unsubscribe: (_root, { token }, context) => unsubscribe(context, token),
  },
  User: {
    notificationPreferences: ({ id }, _args, context) => getPreferences(context, id),
  },
  NotificationPreferences: {
    matrix: ({ choices }) => matrixOf(choices),
    preview: (preferences, message, context) => previewDeliveries(context, preferences, message),
  },
} satisfies Resolvers;
