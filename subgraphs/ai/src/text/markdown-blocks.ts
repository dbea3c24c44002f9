import { endsAsSentence, readable } from './readable.ts';

/** A heading, or a run of prose, between UTF-16 indices of the text. */
export type Block =
  | { readonly kind: 'heading'; readonly title: string; readonly level: number }
  | { readonly kind: 'prose'; readonly start: number; readonly end: number };

const headingLine = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const fenceLine = /^ {0,3}(```|~~~)/;
const listMark = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;
const quoteMark = /^\s*(?:>\s?)+/;
const tableLine = /^\s*\|.*\|\s*$/;
const ruleLine = /^\s*(?:[-*_=]\s*){3,}$/;
const longestPlainHeading = 80;

interface Line {
  readonly text: string;
  readonly start: number;
  /** The line is a list item or a quotation. */
  readonly marked: boolean;
}

function* linesOf(text: string): Generator<Line> {
  let start = 0;
  for (const match of text.matchAll(/\r\n|\n|\r|$/g)) {
    yield { text: text.slice(start, match.index), start, marked: false };
    start = match.index + match[0].length;
  }
}

/**
 * The headings and prose runs of a Markdown or plain text, in order. Fenced code, tables and rules are
 * left out. A short line of its own without a full stop counts as a heading of level 2.
 */
export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let proseLines: Line[] = [];
  let fenced = false;

  const closeProse = () => {
    const first = proseLines[0];
    const last = proseLines.at(-1);
    if (first && last) blocks.push(blockOf(first, last));
    proseLines = [];
  };

  for (const line of linesOf(text)) {
    const fence = fenceLine.test(line.text);
    const heading = fenced ? null : headingLine.exec(line.text);
    if (fence || heading || fenced || isBlank(line.text)) {
      closeProse();
      if (fence) fenced = !fenced;
      else if (heading) blocks.push(headingOf(heading[2] ?? '', (heading[1] ?? '').length));
      continue;
    }
    const mark = listMark.exec(line.text) ?? quoteMark.exec(line.text);
    if (mark) closeProse();
    const skipped = mark?.[0].length ?? 0;
    proseLines.push({ text: line.text.slice(skipped), start: line.start + skipped, marked: mark !== null });
  }
  closeProse();
  return blocks;
}

const isBlank = (line: string) => line.trim() === '' || tableLine.test(line) || ruleLine.test(line);

const headingOf = (markdown: string, level: number): Block => ({
  kind: 'heading',
  title: readable(markdown),
  level,
});

function blockOf(first: Line, last: Line): Block {
  const alone = first === last && !first.marked && first.text.length <= longestPlainHeading;
  return alone && !endsAsSentence(first.text)
    ? headingOf(first.text, 2)
    : { kind: 'prose', start: first.start, end: last.start + last.text.length };
}
