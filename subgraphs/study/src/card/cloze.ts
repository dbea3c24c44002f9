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
