import { stringify } from 'csv-stringify/sync';
import type { ExportedNote } from './exported-note.ts';

/** What a table and a Markdown file have in front of a note: the text with gaps, or the front. */
const faceOf = ({ front, cloze }: ExportedNote): string =>
  cloze === null ? front : [front, cloze].filter((text) => text !== '').join('\n\n');

/** The notes as a table (RFC 4180) with a first row that names its columns; tags are separated by blanks. */
export const writeCsv = (notes: readonly ExportedNote[], delimiter: ',' | '\t'): string =>
  stringify(
    [
      ['front', 'back', 'tags', 'kind'],
      ...notes.map((note) => [
        faceOf(note),
        note.back,
        note.tags.map((tag) => tag.replace(/\s+/gu, '_')).join(' '),
        note.kind,
      ]),
    ],
    { delimiter },
  );

/** Makes a line text that would else separate or tag. */
const escapeLines = (text: string): string => text.replace(/^(?=\\*(?:---|\?\??|#)\s*$|\\*#\S)/gmu, '\\');

function writeNote(note: ExportedNote): string {
  const middle = note.kind === 'REVERSED' ? '??' : '?';
  const tags = note.tags.map((tag) => `#${tag.replace(/[\s#]+/gu, '_')}`).join(' ');
  const lines = [escapeLines(faceOf(note)), middle, escapeLines(note.back)];
  return [...lines, ...(tags === '' ? [] : ['', tags])].join('\n');
}

/** The notes as Markdown, as `readMarkdown` reads it. */
export const writeMarkdown = (title: string, notes: readonly ExportedNote[]): string =>
  `# ${title}\n\n${notes.map(writeNote).join('\n\n---\n\n')}\n`;
