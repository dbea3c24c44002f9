import { endsAsSentence } from './readable.ts';

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  segmenters.set(language, segmenter);
  return segmenter;
}

const endsInAbbreviation =
  /(?:^|[\s("'“‘])(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|vs|etc|e\.g|i\.e|cf|approx|ca|No|Fig|fig|Eq|eq|[Vv]ol|pp?|al|Inc|Ltd|Co|Jr|Sr|U\.S|U\.K|Ph\.D|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.\s*$/;

/**
 * The sentences of `text` between two UTF-16 indices, as [start, end) indices without outer white space.
 * Boundaries are Unicode's (UAX 29, through Intl.Segmenter), mended where an abbreviation, or a line
 * break within a sentence, looks like an end.
 */
export function splitSentences(text: string, from: number, to: number, language: string): [number, number][] {
  const spans: [number, number][] = [];
  let start = from;
  for (const { segment, index } of segmenterOf(language).segment(text.slice(from, to))) {
    const end = from + index + segment.length;
    const soFar = text.slice(start, end);
    if (end < to && (endsInAbbreviation.test(soFar) || !endsAsSentence(soFar))) continue;
    spans.push(trimSpan(text, start, end));
    start = end;
  }
  return spans.filter(([first, last]) => last > first);
}

function trimSpan(text: string, start: number, end: number): [number, number] {
  let first = start;
  let last = end;
  while (first < last && /\s/.test(text.charAt(first))) first += 1;
  while (last > first && /\s/.test(text.charAt(last - 1))) last -= 1;
  return [first, last];
}
