import type { Resolvers } from '../__generated__/resolvers.ts';
import {
  findTemplate,
  listTemplates,
  listVariables,
  renderSample,
  saveTemplate,
} from './template.service.ts';

export const templateResolvers = {
  Query: {
    notificationTemplates: (_root, args, context) => listTemplates(context, args),
  },
  Mutation: {
    saveNotificationTemplate: (_root, args, context) => saveTemplate(context, args),
  },
  NotificationTemplate: {
    __resolveReference: ({ id }, context) => findTemplate(context, id),
    locales: async (template, _args, context) =>
      (await context.templates.texts(template)).map(({ locale }) => locale),
    variables: (template, _args, context) => listVariables(context, template),
    render: (template, args, context) => renderSample(context, template, args),
  },
} satisfies Resolvers;
