import { UnreadableFileError } from '../material/extract/unreadable-file.ts';
import {
  type ImportedNote,
  type ImportProblem,
  maxNotes,
  nameOf,
  noteOf,
  type ReadDeck,
} from './imported-note.ts';

const tagLine = /^(?:#[^\s#]+)(?:\s+#[^\s#]+)*$/u;
const unescapeLine = (line: string): string => line.replace(/^\\(?=\\*(?:---|\?\??|#)\s*$|\\*#)/u, '');

interface Block {
  readonly line: number;
  readonly lines: readonly string[];
}

/** What stands between lines `---`, with the number of its first line that is not empty. */
function splitBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let begin = 0;
  for (let index = 0; index <= lines.length; index += 1) {
    if (index < lines.length && lines[index]?.trim() !== '---') continue;
    const own = lines.slice(begin, index);
    const blank = own.findIndex((line) => line.trim() !== '');
    if (blank >= 0) blocks.push({ line: begin + blank + 1, lines: own.slice(blank) });
    begin = index + 1;
  }
  return blocks;
}

const joined = (lines: readonly string[]): string => lines.map(unescapeLine).join('\n').trim();

function readBlock({ line, lines }: Block): ImportedNote | ImportProblem {
  const last = lines.findLastIndex((text) => text.trim() !== '');
  const hasTags = last > 0 && tagLine.test(lines[last]?.trim() ?? '');
  const tags = hasTags
    ? (lines[last] ?? '')
        .trim()
        .split(/\s+/u)
        .map((tag) => tag.slice(1))
    : [];
  const body = hasTags ? lines.slice(0, last) : lines;
  const middle = body.findIndex((text) => /^\?\??$/u.test(text.trim()));
  if (middle < 0) {
    const note = noteOf({ line }, { front: joined(body), back: '', tags });
    if (note.kind === 'CLOZE') return note;
    return { line, item: nameOf(joined(body)), message: 'has no line “?” between front and back' };
  }
  const kind = body[middle]?.trim() === '??' ? 'REVERSED' : 'BASIC';
  return noteOf(
    { line, kind },
    { front: joined(body.slice(0, middle)), back: joined(body.slice(middle + 1)), tags },
  );
}

/**
 * The notes of a Markdown file, in the way of Obsidian's Spaced Repetition: notes are separated by a line `---`, front
 * and back by a line `?`, or `??` for a card in each direction; gaps such as `{{c1::answer}}` make a cloze note; a
 * last line `#tag #other` has tags. A first heading `# Title` names the deck. A backslash before such a line makes it text.
 */
export function readMarkdown(text: string): ReadDeck {
  const lines = text.replace(/^\ufeff/u, '').split(/\r?\n/u);
  const start = lines.findIndex((line) => line.trim() !== '');
  const title = /^# (.+)$/u.exec(lines[start] ?? '')?.[1]?.trim() ?? null;
  if (title !== null) lines[start] = '';
  const blocks = splitBlocks(lines);
  if (blocks.length > maxNotes) throw new UnreadableFileError(`The file has more than ${maxNotes} notes.`);
  const notes: ImportedNote[] = [];
  const problems: ImportProblem[] = [];
  for (const block of blocks) {
    const read = readBlock(block);
    if ('message' in read) problems.push(read);
    else notes.push(read);
  }
  return { title, notes, problems };
}
