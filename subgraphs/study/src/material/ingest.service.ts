import { DomainError } from '@studymate/contracts';
import type { Material } from '@studymate/database/study';
import type { Context } from '../context.ts';
import { extractText } from './extract/extract-text.ts';
import { UnreadableFileError } from './extract/unreadable-file.ts';
import type { FetchedPage } from './fetch/page-fetcher.ts';
import { addRevision, parseText } from './revision.ts';

const fail = (context: Context, { id }: Material, problem: string) =>
  context.materials.update(id, { ingest: 'FAILED', ingestProblem: problem });

async function readUpload(context: Context, material: Material): Promise<string> {
  const upload = material.uploadId === null ? null : await context.uploads.find(material.uploadId);
  const object = upload && (await context.objects.get(upload.key));
  if (!object) throw new UnreadableFileError('The file is no longer there.');
  if (material.kind === 'URL') throw new Error('A page is fetched, not uploaded.');
  return parseText(await extractText(material.kind, object.body));
}

/** What of the web can be read as which kind of file. */
const pageKinds: Readonly<Record<string, 'HTML' | 'PDF' | 'NOTE'>> = {
  'text/html': 'HTML',
  'application/xhtml+xml': 'HTML',
  'application/pdf': 'PDF',
  'text/plain': 'NOTE',
  'text/markdown': 'NOTE',
};

/** The bytes of a page as UTF-8, whatever set of characters its server named. */
function toUtf8({ body, charset }: FetchedPage): Uint8Array {
  if (charset === null || charset.toLowerCase() === 'utf-8') return body;
  try {
    return new TextEncoder().encode(new TextDecoder(charset).decode(body));
  } catch {
    throw new UnreadableFileError(`The page is in ${charset}, which is not known here.`);
  }
}

async function readPage(context: Context, url: string): Promise<string> {
  const page = await context.fetchPage(url);
  const kind = pageKinds[page.contentType];
  if (!kind) throw new UnreadableFileError(`The page is of type ${page.contentType || 'unknown'}.`);
  return parseText(await extractText(kind, kind === 'PDF' ? page.body : toUtf8(page)));
}

const readSource = (context: Context, material: Material): Promise<string> =>
  material.sourceUrl === null ? readUpload(context, material) : readPage(context, material.sourceUrl);

/**
 * Reads the text of an uploaded or linked material and makes it the first revision, or notes why that cannot be done.
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
    const text = await readSource(context, material);
    await context.transaction((inner) => addRevision(inner, material, text));
  } catch (error) {
    if (error instanceof UnreadableFileError) await fail(context, material, error.message);
    else if (error instanceof DomainError && error.code === 'VALIDATION') {
      await fail(context, material, 'The file holds no text, or too much of it.');
    } else throw error;
  }
}
