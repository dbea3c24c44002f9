import { invalidInput, newRowId, notFound, quotaExceeded } from '@studymate/contracts';
import type { DeckFormat, MaterialKind, Upload } from '@studymate/database/study';
import { newObjectKey } from '@studymate/storage';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';

const mebibyte = 1024 * 1024;
const dayMs = 86_400_000;
/** What a learner may upload within 24 hours, and have in store altogether. */
const dailyBytes = 250 * mebibyte;
const dailyUploads = 200;
const storedBytes = 1_024 * mebibyte;

/** What an upload can become: a kind of material, or a deck from a file of that format. */
export type UploadUse = MaterialKind | DeckFormat;

/** What may be uploaded: what it can become, and its size at most. */
const contentTypes: Readonly<
  Record<string, { readonly kinds: readonly UploadUse[]; readonly maxBytes: number }>
> = {
  'text/plain': { kinds: ['NOTE', 'TRANSCRIPT'], maxBytes: 5 * mebibyte },
  'text/markdown': { kinds: ['NOTE', 'TRANSCRIPT', 'MARKDOWN'], maxBytes: 5 * mebibyte },
  'text/csv': { kinds: ['CSV'], maxBytes: 5 * mebibyte },
  'text/tab-separated-values': { kinds: ['TSV'], maxBytes: 5 * mebibyte },
  'application/apkg': { kinds: ['APKG'], maxBytes: 100 * mebibyte },
  'application/pdf': { kinds: ['PDF'], maxBytes: 25 * mebibyte },
  'application/epub+zip': { kinds: ['EPUB'], maxBytes: 25 * mebibyte },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    kinds: ['DOCX'],
    maxBytes: 25 * mebibyte,
  },
};

const filenameSchema = z.string().trim().min(1).max(255);

export interface NewUpload {
  readonly filename: string;
  readonly contentType: string;
  readonly byteSize: number;
}

/** Throws QUOTA_EXCEEDED when the upload would be more than a day or the store allows. */
async function requireRoom(
  context: Context,
  { ownerId, byteSize, createdAt }: Pick<Upload, 'ownerId' | 'byteSize' | 'createdAt'>,
): Promise<void> {
  const since = new Date(createdAt.getTime() - dayMs);
  const usage = await context.uploads.usage(ownerId, since);
  const limits = [
    ['stored bytes', storedBytes, usage.storedBytes, byteSize],
    ['uploaded bytes in 24 hours', dailyBytes, usage.recentBytes, byteSize],
    ['uploads in 24 hours', dailyUploads, usage.recentUploads, 1],
  ] as const;
  for (const [what, limit, used, more] of limits) {
    if (used + more > limit) throw quotaExceeded(what, { limit, used });
  }
}

/** Announces an upload: answers a PUT for exactly this type and size, good for 15 minutes. */
export async function createUpload(context: Context, input: NewUpload) {
  const { id: ownerId } = requireViewer(context);
  const filename = parseInput(filenameSchema, 'filename', input.filename);
  const contentType = input.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const allowed = contentTypes[contentType];
  if (!allowed) {
    const known = Object.keys(contentTypes).join(', ');
    throw invalidInput(['contentType'], `contentType: must be one of ${known}`, 'enum');
  }
  const byteSize = parseInput(z.int().min(1).max(allowed.maxBytes), 'byteSize', input.byteSize);
  const now = context.now();
  const key = newObjectKey({ kind: 'document', ownerId, fileName: filename });
  const { url, headers, expiresAt } = await context.objects.presignPut({ key, contentType, byteSize });
  const upload = { id: newRowId(), ownerId, key, filename, contentType, byteSize, createdAt: now, expiresAt };
  await context.transaction(async (inner) => {
    // One after the other, or two that fit each by itself would both be let in.
    await inner.learners.lock(ownerId);
    await requireRoom(inner, upload);
    await inner.uploads.create(upload);
  });
  return {
    __typename: 'Upload' as const,
    id: upload.id,
    url,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    expiresAt,
  };
}

/** Takes an upload of the viewer for what it is to become; throws when it is not theirs, not there or used. */
export async function claimUpload(context: Context, id: string, kind: UploadUse): Promise<Upload> {
  const upload = await context.uploads.find(id);
  if (!upload || upload.ownerId !== context.viewer?.id) throw notFound('Upload');
  if (!contentTypes[upload.contentType]?.kinds.includes(kind)) {
    throw invalidInput(['kind'], `kind: a file of type ${upload.contentType} is no ${kind}`, 'enum');
  }
  if (!(await context.objects.head(upload.key))) {
    throw invalidInput(['uploadId'], 'uploadId: nothing has been uploaded there', 'missing');
  }
  if (!(await context.uploads.use(upload.id, context.now()))) {
    throw invalidInput(['uploadId'], 'uploadId: was used before', 'used');
  }
  return upload;
}

const forgottenAfterMs = dayMs;

/** Deletes uploads that nobody made a material of within a day. */
export async function deleteForgottenUploads(context: Context): Promise<void> {
  const before = new Date(context.now().getTime() - forgottenAfterMs);
  const uploads = await context.uploads.listForgotten(before, 500);
  for (const { key } of uploads) await context.objects.delete(key);
  await context.uploads.delete(uploads.map(({ id }) => id));
}
