/**
 * Turns UTF-16 indices of one text into Unicode code-point offsets and back, in O(1) after one pass.
 * Texts without astral characters cost nothing: both offsets are the same.
 */
export interface CodePointIndex {
  readonly length: number;
  /** The number of code points before a UTF-16 index. */
  toCodePoint(utf16Index: number): number;
  /** The UTF-16 index at which a code point starts. */
  toUtf16(codePoint: number): number;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

export function indexCodePoints(text: string): CodePointIndex {
  const astral: number[] = [];
  for (let index = 0; index + 1 < text.length; index += 1) {
    if (isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1))) {
      astral.push(index);
      index += 1;
    }
  }
  return {
    length: text.length - astral.length,
    toCodePoint: (utf16Index) => utf16Index - countBelow(astral, (position) => position < utf16Index - 1),
    toUtf16: (codePoint) => codePoint + countBelow(astral, (position, rank) => position - rank < codePoint),
  };
}

/** How many leading entries of a sorted list satisfy a predicate that holds for a prefix only. */
function countBelow(sorted: readonly number[], holds: (value: number, rank: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle] ?? 0, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The code points [start, end) of a text. */
export function sliceCodePoints(
  text: string,
  start: number,
  end: number,
  index = indexCodePoints(text),
): string {
  return text.slice(index.toUtf16(start), index.toUtf16(end));
}
