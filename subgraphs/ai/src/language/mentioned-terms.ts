import type { SentenceReading, Term } from './language.ts';

const fewestMentions = 2;

/**
 * The terms with the sentences that really mention them. A part of a longer name (`control` in
 * `Transmission Control Protocol`) is no mention, so terms that only occur as parts fall out.
 */
export function mentionedTerms(
  terms: ReadonlyMap<string, Term>,
  sentences: readonly SentenceReading[],
): Map<string, Term> {
  const where = new Map<string, Set<number>>();
  for (const [index, sentence] of sentences.entries()) {
    for (const { key } of sentence.mentions) where.set(key, (where.get(key) ?? new Set()).add(index));
  }
  const mentioned = new Map<string, Term>();
  for (const [key, term] of terms) {
    const found = new Set([
      ...(where.get(key) ?? []),
      ...(term.definition ? [term.definition.sentence] : []),
    ]);
    const enough = term.definition || (term.specific ? found.size > 0 : found.size >= fewestMentions);
    if (enough) mentioned.set(key, { ...term, sentences: [...found].sort((a, b) => a - b) });
  }
  return mentioned;
}
