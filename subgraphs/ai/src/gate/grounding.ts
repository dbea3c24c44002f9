import type { SourceSpan } from '@studymate/contracts';
import { indexCodePoints } from '../text/code-points.ts';

/** The text that quotes are looked up in. */
export interface SourceText {
  readonly materialId: string;
  readonly revision: number;
  readonly text: string;
}

/**
 * Finds quotes in a material. A quote counts when the material contains it word for word; only white space
 * may differ, and then the span's quote is the material's own spelling.
 */
export function createGrounding({ materialId, revision, text }: SourceText) {
  const points = indexCodePoints(text);

  const find = (quote: string): SourceSpan | null => {
    const exact = quote === '' ? -1 : text.indexOf(quote);
    const place = exact >= 0 ? { from: exact, to: exact + quote.length } : findLoosely(text, quote);
    return (
      place && {
        materialId,
        revision,
        start: points.toCodePoint(place.from),
        end: points.toCodePoint(place.to),
        quote: text.slice(place.from, place.to),
      }
    );
  };

  return {
    /** The spans of all quotes, or null when one of them is not in the material. */
    locate(quotes: readonly string[]): SourceSpan[] | null {
      const spans = quotes.map((quote) => find(quote.trim()));
      return spans.length > 0 && spans.every((span) => span !== null) ? spans : null;
    },
  };
}

export type Grounding = ReturnType<typeof createGrounding>;

const shortestLooseQuote = 12;

function findLoosely(text: string, quote: string): { from: number; to: number } | null {
  if (quote.length < shortestLooseQuote) return null;
  const pattern = quote
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\s+');
  const match = new RegExp(pattern).exec(text);
  return match && { from: match.index, to: match.index + match[0].length };
}
