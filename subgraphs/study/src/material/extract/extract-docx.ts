import { Parser } from 'htmlparser2';
import { tidyLines } from './markup-text.ts';
import { UnreadableFileError } from './unreadable-file.ts';
import { readArchive } from './unzip.ts';

const page = 'word/document.xml';
const headingStyle = /^(?:heading|제목)\s*([1-6])$/i;

/**
 * The text of a Word document (ECMA-376, WordprocessingML) as Markdown: headings by their style, list items,
 * paragraphs, tabs and line breaks. Deleted text of tracked changes is left out.
 */
export function extractDocx(body: Uint8Array): string {
  const xml = readArchive(body, (name) => name === page).get(page);
  if (xml === undefined) throw new UnreadableFileError('The file is no Word document.');
  const out: string[] = [];
  let isText = false;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (name === 'w:t') isText = true;
        else if (name === 'w:tab') out.push('\t');
        else if (name === 'w:br' || name === 'w:cr') out.push('\n');
        else if (name === 'w:numPr') out.push('- ');
        else if (name === 'w:pStyle') {
          const level = headingStyle.exec(attributes['w:val'] ?? '')?.[1];
          if (level) out.push(`${'#'.repeat(Number(level))} `);
        }
      },
      ontext: (text) => {
        if (isText) out.push(text);
      },
      onclosetag: (name) => {
        if (name === 'w:t') isText = false;
        else if (name === 'w:p') out.push('\n\n');
        else if (name === 'w:tc') out.push(' ');
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return tidyLines(out.join(''));
}
