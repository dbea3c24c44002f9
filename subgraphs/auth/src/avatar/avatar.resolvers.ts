import type { Resolvers } from '../__generated__/resolvers.ts';
import { createAvatarUpload, findAvatarUrl, setAvatar } from './avatar.service.ts';

export const avatarResolvers = {
  Mutation: {
    createAvatarUpload: (_root, input, context) => createAvatarUpload(context, input),
    setAvatar: (_root, { uploadId }, context) => setAvatar(context, uploadId),
  },
  User: {
    avatarUrl: (user, _args, context) => findAvatarUrl(context, user),
  },
} satisfies Resolvers;
