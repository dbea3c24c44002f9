const gap = /\{\{c(\d{1,3})::((?:(?!::|\}\}).)+)(?:::((?:(?!\}\}).)*))?\}\}/gsu;

/** The gap numbers of a cloze text, each once, ascending: `{{c1::answer}}` or `{{c1::answer::hint}}`. */
export function listGaps(text: string): number[] {
  const numbers = [...text.matchAll(gap)].map(([, number]) => Number(number));
  return [...new Set(numbers)].toSorted((one, other) => one - other);
}

/** The text for the card of one gap: that gap becomes `c1`, the others show their answers. */
export const clozeOf = (text: string, number: number): string =>
  text.replace(gap, (_whole, found: string, answer: string, hint: string | undefined) => {
    if (Number(found) !== number) return answer;
    return hint === undefined ? `{{c1::${answer}}}` : `{{c1::${answer}::${hint}}}`;
  });

interface Gap {
  readonly start: number;
  readonly answer: string;
  readonly hint: string | undefined;
}

/** A cloze text with its gaps filled, and where each gap was in it. */
function fillGaps(text: string): { readonly plain: string; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  let plain = '';
  let end = 0;
  for (const match of text.matchAll(gap)) {
    const [whole, , answer = '', hint] = match;
    plain += text.slice(end, match.index);
    gaps.push({ start: plain.length, answer, hint });
    plain += answer;
    end = match.index + whole.length;
  }
  return { plain: plain + text.slice(end), gaps };
}

/**
 * The text of the note that cards of one gap each were made of, numbered in the order of the cards; null when they do
 * not have the same text between them. The inverse of `clozeOf` over all numbers.
 */
export function joinGaps(texts: readonly string[]): string | null {
  const filled = texts.map(fillGaps);
  const plain = filled[0]?.plain ?? '';
  if (filled.some((one) => one.plain !== plain)) return null;
  const gaps = filled
    .flatMap((one, index) => one.gaps.map((found) => ({ ...found, number: index + 1 })))
    .toSorted((one, other) => one.start - other.start);
  let text = '';
  let end = 0;
  for (const { start, answer, hint, number } of gaps) {
    if (start < end) return null;
    text += `${plain.slice(end, start)}{{c${number}::${answer}${hint === undefined ? '' : `::${hint}`}}}`;
    end = start + answer.length;
  }
  return text + plain.slice(end);
}
