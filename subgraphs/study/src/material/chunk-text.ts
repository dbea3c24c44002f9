/** A piece of a text; offsets are Unicode code points, `end` exclusive. */
export interface TextChunk {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Above the last boundary that fits, in code points. */
const targetLength = 1_200;

/** A sentence with what follows it up to the next, or a line with its break. */
const sentence = /[^\n.!?。！？…]*(?:[.!?。！？…]+["'”’)\]]*(?=\s|$|[^\s.!?。！？…"'”’)\]])[ \t]*|\n+|$)/gu;

export const countCodePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

function splitSentences(text: string): string[] {
  const pieces: string[] = [];
  for (const [piece] of text.matchAll(sentence)) if (piece !== '') pieces.push(piece);
  return pieces;
}

/** Cuts a piece that is too long after a space where there is one in the second half, else between code points. */
function* cutLong(piece: string, length: number): Generator<string> {
  let rest = Array.from(piece);
  while (rest.length > length) {
    const space = rest.lastIndexOf(' ', length - 1);
    const cut = space >= length / 2 ? space + 1 : length;
    yield rest.slice(0, cut).join('');
    rest = rest.slice(cut);
  }
  if (rest.length > 0) yield rest.join('');
}

/**
 * Cuts a text into chunks of at most `length` code points, at the ends of sentences and lines where it can.
 * The chunks follow each other without a gap: joined they are the text.
 */
export function chunkText(text: string, length = targetLength): TextChunk[] {
  const chunks: TextChunk[] = [];
  let parts: string[] = [];
  let size = 0;
  let start = 0;
  const close = () => {
    if (size === 0) return;
    chunks.push({ start, end: start + size, text: parts.join('') });
    start += size;
    parts = [];
    size = 0;
  };
  for (const piece of splitSentences(text)) {
    for (const part of cutLong(piece, length)) {
      const partLength = countCodePoints(part);
      if (size + partLength > length) close();
      parts.push(part);
      size += partLength;
    }
  }
  close();
  return chunks;
}

/** The text between two code-point offsets. */
export function sliceCodePoints(text: string, start: number, end: number): string {
  let index = 0;
  let slice = '';
  for (const point of text) {
    if (index >= end) break;
    if (index >= start) slice += point;
    index += 1;
  }
  return slice;
}
