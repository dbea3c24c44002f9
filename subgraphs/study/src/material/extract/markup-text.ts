import { Parser } from 'htmlparser2';

const blocks = new Set(
  'address article aside blockquote body dd div dl dt figcaption figure footer header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
);
const silent = new Set(['head', 'title', 'script', 'style', 'template', 'svg', 'math', 'noscript']);
const heading = /^h([1-6])$/;

/** The text of an (X)HTML page as Markdown: headings, lists, paragraphs and line breaks, nothing else. */
export function readMarkup(html: string): string {
  const out: string[] = [];
  let silence = 0;
  const parser = new Parser(
    {
      onopentagname: (name) => {
        if (silent.has(name)) silence += 1;
        const level = heading.exec(name)?.[1];
        if (level) out.push('\n\n', `${'#'.repeat(Number(level))} `);
        else if (name === 'li') out.push('\n- ');
        else if (name === 'br') out.push('\n');
        else if (name === 'td' || name === 'th') out.push(' ');
        else if (blocks.has(name)) out.push('\n\n');
      },
      ontext: (text) => {
        if (silence === 0) out.push(text.replace(/\s+/gu, ' '));
      },
      onclosetag: (name) => {
        if (silent.has(name)) silence -= 1;
        if (heading.test(name) || blocks.has(name)) out.push('\n\n');
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html);
  return tidyLines(out.join(''));
}

/** Single spaces, no space at the ends of lines, one empty line at most, list items together. */
export const tidyLines = (text: string): string =>
  text
    .replace(/[ \t]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .replace(/^(#+|-) ?\n+/gmu, '')
    .replace(/\n\n(?=- )/gu, '\n')
    .trim();
