import type { Definition, Term } from '../language.ts';
import { type FoundDefinition, findDefinitions } from './definitions.ts';
import { isNominal, keyOf, nounRuns, phrasesIn } from './phrases.ts';
import type { Token } from './tokens.ts';
import { emptyModifiers, incidentalNames } from './words.ts';

/** What the whole text tells about one candidate. */
interface Candidate {
  readonly key: string;
  readonly tokens: readonly Token[];
  readonly surfaces: Map<string, number>;
  /** Spellings seen where a sentence does not begin. */
  readonly inner: Set<string>;
  readonly sentences: Set<number>;
  occurrences: number;
  /** Occurrences inside longer candidates that occur more than once. */
  nested: number;
  /** Seen after an article or a preposition, so surely a noun. */
  nominal: boolean;
  /** Written with a capital where a sentence does not begin. */
  proper: boolean;
  definition: Definition | null;
}

export interface TokenizedSentence {
  readonly text: string;
  readonly tokens: readonly Token[];
}

const acronym = /^[A-Z][A-Z\d]+s?$/;
const startsCapital = /^\p{Lu}/u;

/** The terms that a text teaches, from how often and how its noun phrases occur (C-value, Frantzi et al. 2000). */
export function collectTerms(
  sentences: readonly TokenizedSentence[],
  headings: readonly string[],
): Map<string, Term> {
  const candidates = new Map<string, Candidate>();
  for (const [index, sentence] of sentences.entries()) gather(candidates, sentence, index);
  for (const [index, sentence] of sentences.entries()) {
    for (const found of findDefinitions(sentence.text, sentence.tokens))
      attach(candidates, found, sentence, index);
  }
  countNesting(candidates);

  const terms = new Map<string, Term>();
  const headingText = headings.join(' \n ').toLowerCase();
  for (const candidate of candidates.values()) {
    if (isTerm(candidate)) terms.set(candidate.key, toTerm(candidate, headingText));
  }
  return terms;
}

function gather(candidates: Map<string, Candidate>, { tokens }: TokenizedSentence, index: number): void {
  for (const run of nounRuns(tokens)) {
    for (const phrase of phrasesIn(run)) {
      const candidate = candidates.get(phrase.key) ?? newCandidate(phrase.key, phrase.tokens);
      candidates.set(phrase.key, candidate);
      observe(candidate, phrase.tokens, tokens, index);
    }
  }
}

const newCandidate = (key: string, tokens: readonly Token[]): Candidate => ({
  key,
  tokens,
  surfaces: new Map(),
  inner: new Set(),
  sentences: new Set(),
  occurrences: 0,
  nested: 0,
  nominal: false,
  proper: false,
  definition: null,
});

function observe(
  candidate: Candidate,
  phrase: readonly Token[],
  tokens: readonly Token[],
  index: number,
): void {
  const first = phrase[0];
  if (!first) return;
  const before = tokens[tokens.indexOf(first) - 1];
  const initial = before === undefined;
  const surface = phrase.map((token) => token.text).join(' ');
  candidate.occurrences += 1;
  candidate.sentences.add(index);
  candidate.surfaces.set(surface, (candidate.surfaces.get(surface) ?? 0) + (initial ? 0.5 : 1));
  if (!initial) candidate.inner.add(surface);
  if (before && ['DET', 'ADP', 'ADJ', 'NUM'].includes(before.partOfSpeech)) candidate.nominal = true;
  const capitals = phrase.filter((token) => startsCapital.test(token.text)).length;
  if (capitals === phrase.length && (!initial || phrase.length > 1)) candidate.proper = true;
}

function attach(
  candidates: Map<string, Candidate>,
  found: FoundDefinition,
  sentence: TokenizedSentence,
  index: number,
): void {
  const key = keyOf(found.termTokens);
  const candidate = candidates.get(key) ?? newCandidate(key, found.termTokens);
  candidates.set(key, candidate);
  if (!candidate.sentences.has(index)) observe(candidate, found.termTokens, sentence.tokens, index);
  const { subject, plural, description, genus } = found;
  candidate.definition ??= { termKey: key, sentence: index, subject, plural, description, genus };
}

function countNesting(candidates: ReadonlyMap<string, Candidate>): void {
  for (const longer of candidates.values()) {
    if (longer.tokens.length < 2 || (longer.occurrences < 2 && !longer.definition)) continue;
    for (const part of phrasesIn(longer.tokens)) {
      const shorter = candidates.get(part.key);
      if (shorter && shorter !== longer) shorter.nested = Math.max(shorter.nested, longer.occurrences);
    }
  }
}

function isTerm(candidate: Candidate): boolean {
  if (candidate.definition) return true;
  const alone = candidate.occurrences - candidate.nested;
  const first = candidate.tokens[0];
  if (!first || alone < 1 || candidate.tokens.every((token) => incidentalNames.has(token.lower)))
    return false;
  if (candidate.tokens.length > 1) {
    return (
      (alone >= 2 || (candidate.proper && candidate.tokens.every(isNominal))) &&
      !emptyModifiers.has(first.lower)
    );
  }
  return (
    acronym.test(first.text) ||
    (candidate.occurrences >= 2 && (candidate.nominal || candidate.proper) && alone >= 1)
  );
}

function toTerm(candidate: Candidate, headings: string): Term {
  const { tokens } = candidate;
  const label = labelOf(candidate);
  const definition = candidate.definition && {
    ...candidate.definition,
    subject: subjectOf(candidate.definition, label),
  };
  const head = tokens.at(-1);
  const weight = Math.log2(1 + tokens.length) * (candidate.occurrences - candidate.nested * 0.5);
  return {
    key: candidate.key,
    label,
    kind: 'TERM',
    plural:
      definition?.plural ??
      (head !== undefined && label.toLowerCase().endsWith(head.lower) && head.lower !== head.lemma),
    words: tokens.map((token) => token.lemma),
    sentences: [...candidate.sentences].sort((a, b) => a - b),
    definition,
    specific: definition !== null || acronym.test(label) || (tokens.length > 1 && candidate.occurrences > 1),
    salience: weight * (definition ? 2 : 1) * (headings.includes(candidate.key) ? 1.5 : 1),
  };
}

/** The subject as it stands within a sentence: `the stroma`, `photolysis`. */
function subjectOf({ subject }: Definition, label: string): string {
  if (/^(?:an?|the) /i.test(subject)) return subject.charAt(0).toLowerCase() + subject.slice(1);
  return subject.toLowerCase() === label.toLowerCase() ? label : subject;
}

/** The spelling seen most, in lower case when only the start of a sentence made it a capital. */
function labelOf({ surfaces, inner, proper }: Candidate): string {
  const spellings = [...surfaces].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const best = spellings[0]?.[0] ?? '';
  const rest = best.slice(1);
  const keepsCapital = proper || inner.has(best) || /\p{Lu}|\d/u.test(rest) || !startsCapital.test(best);
  return keepsCapital ? best : best.charAt(0).toLowerCase() + rest;
}
