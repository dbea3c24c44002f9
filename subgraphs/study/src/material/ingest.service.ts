import { DomainError } from '@studymate/contracts';
import type { Material } from '@studymate/database/study';
import type { Context } from '../context.ts';
import { extractText } from './extract/extract-text.ts';
import { UnreadableFileError } from './extract/unreadable-file.ts';
import { addRevision, parseText } from './revision.ts';

const fail = (context: Context, { id }: Material, problem: string) =>
  context.materials.update(id, { ingest: 'FAILED', ingestProblem: problem });

async function readUpload(context: Context, material: Material): Promise<string> {
  const upload = material.uploadId === null ? null : await context.uploads.find(material.uploadId);
  const object = upload && (await context.objects.get(upload.key));
  if (!object) throw new UnreadableFileError('The file is no longer there.');
  return parseText(await extractText(material.kind, object.body));
}

/**
 * Reads the text of an uploaded material and makes it the first revision, or notes why that cannot be done.
 * A job: doing it again after it is done changes nothing.
 */
export async function ingestMaterial(
  context: Context,
  { materialId }: { readonly materialId: string; readonly revision: number },
): Promise<void> {
  const material = await context.materials.find(materialId);
  if (!material || material.ingest === 'READY' || material.ingest === 'FAILED') return;
  await context.materials.update(material.id, { ingest: 'PARSING' });
  try {
    const text = await readUpload(context, material);
    await context.transaction((inner) => addRevision(inner, material, text));
  } catch (error) {
    if (error instanceof UnreadableFileError) await fail(context, material, error.message);
    else if (error instanceof DomainError && error.code === 'VALIDATION') {
      await fail(context, material, 'The file holds no text, or too much of it.');
    } else throw error;
  }
}
