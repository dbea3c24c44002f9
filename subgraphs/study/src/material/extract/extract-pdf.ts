import { extractText, getDocumentProxy } from 'unpdf';
import { UnreadableFileError } from './unreadable-file.ts';

const maxPages = 2_000;
const signature = '%PDF-';

/** Joins lines that a page broke within a sentence; a hyphen at a break goes when a small letter follows. */
export const joinLines = (page: string): string =>
  page
    .replace(/[ \t]+$/gmu, '')
    .replace(/(\p{L})-\n(\p{Ll})/gu, '$1$2')
    .replace(/([^\n.!?:;。！？…"”’)])\n(?=[^\n\s•*\-–\d#])/gu, '$1 ')
    .trim();

/** The text of a PDF, page by page. */
export async function extractPdf(body: Uint8Array): Promise<string> {
  if (Buffer.from(body.subarray(0, 1_024)).indexOf(signature) < 0)
    throw new UnreadableFileError('The file is no PDF.');
  try {
    const document = await getDocumentProxy(new Uint8Array(body));
    if (document.numPages > maxPages)
      throw new UnreadableFileError(`The PDF has more than ${maxPages} pages.`);
    const { text } = await extractText(document, { mergePages: false });
    return text.map(joinLines).join('\n\n');
  } catch (error) {
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError('The PDF is damaged or protected by a password.');
  }
}
