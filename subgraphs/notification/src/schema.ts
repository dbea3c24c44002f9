import { buildSubgraph } from '@studymate/subgraph-kit';
import { broadcastResolvers } from './broadcast/broadcast.resolvers.ts';
import { deviceResolvers } from './device/device.resolvers.ts';
import { notificationResolvers } from './notification/notification.resolvers.ts';
import { preferenceResolvers } from './preference/preference.resolvers.ts';
import { reminderResolvers } from './reminder/reminder.resolvers.ts';
import { templateResolvers } from './template/template.resolvers.ts';

export const schema = buildSubgraph({
  name: 'notification',
  resolvers: [
    notificationResolvers,
    preferenceResolvers,
    deviceResolvers,
    reminderResolvers,
    templateResolvers,
    broadcastResolvers,
  ],
});
