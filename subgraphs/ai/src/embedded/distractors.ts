import type { Reading, Term } from '../language/language.ts';
import { chance } from './seeded.ts';

export interface DistractorRequest {
  /** The sentence that the question rests on: what stands in it could be right too. */
  readonly sentence: number;
  readonly count: number;
  /** Only terms that the text defines. */
  readonly defined?: boolean;
}

/**
 * Wrong answers that could be right: terms of the same text and kind, not in the same sentence, not a
 * synonym or a part of the key. Fewer than asked for when the text has no more. Deterministic.
 */
export function pickDistractors(
  reading: Reading,
  key: Term,
  { sentence, count, defined }: DistractorRequest,
): Term[] {
  const present = new Set(reading.sentences[sentence]?.mentions.map((mention) => mention.key));
  const text = reading.text.sentences[sentence]?.text.toLowerCase() ?? '';
  const candidates = [...reading.terms.values()].filter(
    (term) =>
      term.kind === key.kind &&
      term.key !== key.key &&
      !present.has(term.key) &&
      !text.includes(term.label.toLowerCase()) &&
      !overlaps(term, key) &&
      !namesTheOther(term, key) &&
      (!defined || term.definition !== null) &&
      (term.kind !== 'TERM' || term.specific),
  );
  const ranked = candidates
    .map((term) => ({ term, fit: likeness(reading, term, key) + chance(key.key, term.key) }))
    .sort((a, b) => b.fit - a.fit);
  return takeDistinct(
    ranked.map(({ term }) => term),
    count,
  );
}

/** How well a term passes for the key: of the same class and number, as precise, from nearby. */
function likeness(reading: Reading, term: Term, key: Term): number {
  const genus = (each: Term) => each.definition?.genus ?? '';
  const head = (each: Term) => each.words.at(-1) ?? '';
  const section = (each: Term) => reading.text.sentences[each.sentences[0] ?? 0]?.section;
  return (
    (genus(term) !== '' && genus(term) === genus(key) ? 3 : 0) +
    (head(term) === head(key) && term.words.length > 1 && key.words.length > 1 ? 2.5 : 0) +
    ((term.definition === null) === (key.definition === null) ? 2 : 0) +
    (term.plural === key.plural ? 2 : 0) +
    (section(term) === section(key) ? 0.8 : 0) +
    (isAcronym(term.label) === isAcronym(key.label) ? 0.6 : 0) +
    Math.min(1, term.salience / 10) -
    Math.min(2, Math.abs(term.label.length - key.label.length) / 8)
  );
}

const isAcronym = (label: string) => /^\p{Lu}[\p{Lu}\d]+$/u.test(label);

/** One label is part of the other: `membrane` and `thylakoid membrane`, 면역 and 선천 면역. */
function overlaps(first: Term, second: Term): boolean {
  const [a, b] = [first.label.toLowerCase(), second.label.toLowerCase()];
  return first.kind === 'TERM' && (a.includes(b) || b.includes(a));
}

/** One is defined as a case of the other: rubisco is an enzyme. */
const namesTheOther = (first: Term, second: Term): boolean =>
  isCaseOf(first, second) || isCaseOf(second, first);

const isCaseOf = ({ definition }: Term, general: Term): boolean =>
  definition !== null &&
  (definition.genus === general.key ||
    definition.description.toLowerCase().startsWith(`a ${general.label.toLowerCase()}`));

function takeDistinct(terms: readonly Term[], count: number): Term[] {
  const taken: Term[] = [];
  for (const term of terms) {
    if (taken.length === count) break;
    if (!taken.some((other) => overlaps(term, other))) taken.push(term);
  }
  return taken;
}
