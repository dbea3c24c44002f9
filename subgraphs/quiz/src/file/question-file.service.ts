import { invalidInput, newRowId, notFound, quotaExceeded } from '@studymate/contracts';
import type { QuestionFile, QuestionFileKind } from '@studymate/database/quiz';
import { newObjectKey } from '@studymate/storage';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';

const mebibyte = 1024 * 1024;
const dayMs = 86_400_000;
export const maxUploadBytes = 20 * mebibyte;
/** What an author may upload within 24 hours. */
const dailyBytes = 200 * mebibyte;

const contentTypes = [
  'application/octet-stream',
  'application/xml',
  'application/zip',
  'text/plain',
  'text/xml',
] as const;
const filenameSchema = z.string().trim().min(1).max(255);

export interface NewUpload {
  readonly filename: string;
  readonly contentType: string;
  readonly byteSize: number;
}

/** Announces an upload: answers a PUT for exactly this type and size, good for 15 minutes. */
export async function createQuestionUpload(context: Context, input: NewUpload) {
  const { id: ownerId } = requireViewer(context);
  const filename = parseInput(filenameSchema, 'filename', input.filename);
  const contentType = parseInput(z.enum(contentTypes), 'contentType', input.contentType);
  const byteSize = parseInput(z.int().min(1).max(maxUploadBytes), 'byteSize', input.byteSize);
  const now = context.now();
  const used = await context.questionFiles.sumBytesSince(ownerId, 'UPLOAD', new Date(now.getTime() - dayMs));
  if (used + byteSize > dailyBytes)
    throw quotaExceeded('uploaded bytes in 24 hours', { limit: dailyBytes, used });

  const key = newObjectKey({ kind: 'document', ownerId, fileName: filename });
  const { url, headers, expiresAt } = await context.objects.presignPut({ key, contentType, byteSize });
  const file = { id: newRowId(), ownerId, kind: 'UPLOAD' as const, key, filename, byteSize, sha256: null };
  const { id } = await context.questionFiles.create({ ...file, createdAt: now });
  return {
    __typename: 'QuestionUpload' as const,
    id,
    url,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    expiresAt,
  };
}

/** Takes an upload of the viewer for an import; throws when it is not theirs, not there or used. */
export async function claimUpload(context: Context, id: string): Promise<QuestionFile> {
  const file = await context.questionFiles.find(id);
  if (file?.kind !== 'UPLOAD' || file.ownerId !== context.viewer?.id) throw notFound('QuestionUpload');
  if (!(await context.objects.head(file.key)))
    throw invalidInput(['uploadId'], 'uploadId: nothing has been uploaded there', 'missing');
  if (!(await context.questionFiles.use(id, context.now())))
    throw invalidInput(['uploadId'], 'uploadId: was used for another import', 'used');
  return file;
}

export interface NewFile {
  readonly ownerId: string;
  readonly kind: Exclude<QuestionFileKind, 'UPLOAD'>;
  readonly filename: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Puts a file into the object store, where only who is given a URL can fetch it. */
export async function storeFile(context: Context, file: NewFile): Promise<QuestionFile> {
  const { ownerId, kind, filename, contentType, body } = file;
  const key = newObjectKey({ kind: 'export' });
  const { sha256 } = await context.objects.put(key, body, contentType);
  const byteSize = body.byteLength;
  const createdAt = context.now();
  return context.questionFiles.create({
    id: newRowId(),
    ownerId,
    kind,
    key,
    filename,
    byteSize,
    sha256,
    createdAt,
  });
}

/** A URL that lets its holder fetch the file for 15 minutes. */
export async function presentDownload(context: Context, { key, filename, sha256 }: QuestionFile) {
  const { url, expiresAt } = await context.objects.presignGet(key, filename);
  return { downloadUrl: url, sha256: sha256 ?? '', expiresAt };
}

const keptForDays: Readonly<Record<QuestionFileKind, number>> = { UPLOAD: 1, EXPORT: 1, REPORT: 30 };
const perSweep = 500;

/** Deletes files, which hold answer keys, when their time is over. */
export async function deleteOldFiles(context: Context): Promise<void> {
  for (const kind of Object.keys(keptForDays) as QuestionFileKind[]) {
    const before = new Date(context.now().getTime() - keptForDays[kind] * dayMs);
    const files = await context.questionFiles.listOlder(kind, before, perSweep);
    for (const { key } of files) await context.objects.delete(key);
    await context.questionFiles.delete(files.map(({ id }) => id));
  }
}
