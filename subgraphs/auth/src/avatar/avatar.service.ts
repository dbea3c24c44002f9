import { conflict, invalidInput, newRowId, notFound, rateLimited } from '@studymate/contracts';
import type { AvatarUpload, User } from '@studymate/database/auth';
import { newObjectKey } from '@studymate/storage';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { requireLiveSession } from '../session/session.service.ts';
import { getUser } from '../user/user.service.ts';
import { isPicture, pictureTypes } from './picture.ts';

const dayMs = 86_400_000;
const uploadsPerDay = 20;
const maxBytes = 2 * 1024 * 1024;

const contentTypeSchema = z.enum(pictureTypes);
const byteSizeSchema = z.int().min(16).max(maxBytes);

export interface NewAvatarUpload {
  readonly contentType: string;
  readonly byteSize: number;
}

/** Announces a picture: answers a PUT for exactly this type and size, good for 15 minutes. */
export async function createAvatarUpload(context: Context, input: NewAvatarUpload) {
  const { userId } = await requireLiveSession(context);
  const contentType = parseInput(contentTypeSchema, 'contentType', input.contentType);
  const byteSize = parseInput(byteSizeSchema, 'byteSize', input.byteSize);
  const createdAt = context.now();
  const since = new Date(createdAt.getTime() - dayMs);
  if ((await context.avatars.countSince(userId, since)) >= uploadsPerDay) throw rateLimited(dayMs / 1000);

  const fileName = contentType.replace('image/', 'avatar.');
  const key = newObjectKey({ kind: 'avatar', ownerId: userId, fileName });
  const { url, headers, expiresAt } = await context.objects.presignPut({ key, contentType, byteSize });
  const { id } = await context.avatars.create({
    id: newRowId(),
    userId,
    key,
    contentType,
    byteSize,
    createdAt,
    expiresAt,
  });
  return {
    __typename: 'AvatarUpload' as const,
    id,
    url,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    expiresAt,
  };
}

async function requirePicture(context: Context, { key, contentType }: AvatarUpload): Promise<void> {
  const object = await context.objects.get(key);
  if (!object) throw invalidInput(['uploadId'], 'uploadId: nothing has been uploaded there', 'missing');
  if (isPicture(contentType, object.body)) return;
  throw invalidInput(['uploadId'], `uploadId: what was uploaded is no ${contentType}`, 'content');
}

/** Makes an uploaded picture the viewer's; the one before is deleted. */
export async function setAvatar(context: Context, uploadId: string): Promise<User> {
  const { userId } = await requireLiveSession(context);
  const upload = await context.avatars.find(uploadId);
  if (upload?.userId !== userId) throw notFound('AvatarUpload');
  await requirePicture(context, upload);
  const { before, updated } = await context.transaction(async (inner) => {
    if (!(await inner.avatars.use(upload.id, inner.now()))) {
      throw invalidInput(['uploadId'], 'uploadId: was used before', 'used');
    }
    const user = await getUser(inner, userId);
    const changed = await inner.users.update(user, { avatarKey: upload.key }, inner.now());
    if (!changed) throw conflict('The profile was changed in the meantime.');
    return { before: user.avatarKey, updated: changed };
  });
  if (before !== null) await context.objects.erase(before);
  return updated;
}

/** A link to the uploaded picture, good for 15 minutes, else to the one elsewhere. */
export async function findAvatarUrl(
  context: Context,
  { avatarKey, avatarUrl }: Pick<User, 'avatarKey' | 'avatarUrl'>,
): Promise<string | null> {
  return avatarKey === null ? avatarUrl : (await context.objects.presignGet(avatarKey)).url;
}

/** Erases pictures that were announced and not used, or replaced. */
export async function forgetAvatarUploads(context: Context): Promise<void> {
  const before = new Date(context.now().getTime() - dayMs);
  for (const { id, key } of await context.avatars.listForgotten(before)) {
    await context.objects.erase(key);
    await context.avatars.delete(id);
  }
}
