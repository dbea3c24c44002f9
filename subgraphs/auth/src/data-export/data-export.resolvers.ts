import type { Resolvers } from '../__generated__/resolvers.ts';
import { acknowledged } from '../acknowledgement.ts';
import { findDownloadUrl, listDataExportsOf, requestDataExport } from './data-export.service.ts';

export const dataExportResolvers = {
  Mutation: {
    requestDataExport: (_root, _args, context) => acknowledged(requestDataExport(context)),
  },
  User: {
    dataExports: (user, _args, context) => listDataExportsOf(context, user.id),
  },
  DataExport: {
    downloadUrl: (dataExport, _args, context) => findDownloadUrl(context, dataExport),
  },
} satisfies Resolvers;
