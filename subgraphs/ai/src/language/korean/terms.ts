import type { Definition, Term } from '../language.ts';
import { findDefinition, namesSomething } from './definitions.ts';
import type { Eojeol } from './eojeol.ts';
import { generalNouns } from './words.ts';

export interface ReadSentence {
  readonly text: string;
  readonly words: readonly Eojeol[];
}

interface Candidate {
  readonly label: string;
  readonly length: number;
  /** Every word of it is in the dictionary. */
  known: boolean;
  readonly sentences: Set<number>;
  occurrences: number;
  nested: number;
  definition: Definition | null;
}

const longestTerm = 4;
const lonely = /^[A-Z][A-Za-z0-9+-]+$/;

/** Runs of nouns side by side that may name something: `보조 T세포`, `면역 관문 억제제`. */
export function nounRuns(words: readonly Eojeol[]): Eojeol[][] {
  const runs: Eojeol[][] = [];
  let run: Eojeol[] = [];
  for (const [place, word] of words.entries()) {
    const next = words[place + 1];
    const bare = word.particle === '' && !word.closes;
    if (!word.nominal || word.noun === null) {
      run = [];
      continue;
    }
    run.push(word);
    if (bare && next?.nominal) continue;
    if (!bare || word.closes) runs.push(run);
    run = [];
  }
  return runs;
}

/** The terms that a text teaches, by how often its noun phrases occur and what it defines. */
export function collectTerms(
  sentences: readonly ReadSentence[],
  headings: readonly string[],
): Map<string, Term> {
  const candidates = new Map<string, Candidate>();
  for (const [index, { words }] of sentences.entries()) {
    for (const run of nounRuns(words)) gather(candidates, run, index);
  }
  for (const [index, { text, words }] of sentences.entries()) {
    const found = findDefinition(text, words);
    if (!found) continue;
    const candidate = candidateOf(candidates, found.term, found.term.split(' ').length, true);
    candidate.sentences.add(index);
    candidate.definition ??= {
      termKey: found.term,
      sentence: index,
      subject: found.term,
      plural: false,
      description: found.description,
      genus: found.genus,
    };
  }
  countNesting(candidates);
  const heading = headings.join(' \n ');
  const terms = [...candidates.values()].filter(isTerm).map((candidate) => toTerm(candidate, heading));
  return new Map(terms.map((term) => [term.key, term]));
}

function gather(candidates: Map<string, Candidate>, run: readonly Eojeol[], index: number): void {
  for (let start = 0; start < run.length; start += 1) {
    for (let end = start + 1; end <= Math.min(run.length, start + longestTerm); end += 1) {
      const part = run.slice(start, end);
      if (!namesSomething(part) || generalNouns.has(part.at(-1)?.noun ?? '')) continue;
      const label = part.map((word) => word.noun).join(' ');
      const candidate = candidateOf(
        candidates,
        label,
        part.length,
        part.every((word) => word.known),
      );
      candidate.occurrences += 1;
      candidate.sentences.add(index);
    }
  }
}

function candidateOf(
  candidates: Map<string, Candidate>,
  label: string,
  length: number,
  known: boolean,
): Candidate {
  const existing = candidates.get(label);
  if (existing) return existing;
  const fresh = {
    label,
    length,
    known,
    sentences: new Set<number>(),
    occurrences: 0,
    nested: 0,
    definition: null,
  };
  candidates.set(label, fresh);
  return fresh;
}

function countNesting(candidates: ReadonlyMap<string, Candidate>): void {
  for (const longer of candidates.values()) {
    if (longer.length < 2 || (longer.occurrences < 2 && !longer.definition)) continue;
    for (const shorter of candidates.values()) {
      if (shorter !== longer && ` ${longer.label} `.includes(` ${shorter.label} `)) {
        shorter.nested = Math.max(shorter.nested, longer.occurrences);
      }
    }
  }
}

function isTerm({ label, length, known, occurrences, nested, definition }: Candidate): boolean {
  if (definition) return true;
  const alone = occurrences - nested;
  return (
    alone >= 1 && (occurrences >= 2 || (length === 1 && (lonely.test(label) || (known && label.length >= 4))))
  );
}

function toTerm(
  { label, length, sentences, occurrences, nested, definition }: Candidate,
  headings: string,
): Term {
  const weight = Math.log2(1 + length + Math.max(0, label.length - 2) / 2) * (occurrences - nested * 0.5);
  return {
    key: label,
    label,
    kind: 'TERM',
    plural: false,
    words: label.split(' '),
    sentences: [...sentences].sort((a, b) => a - b),
    definition,
    specific:
      !label.includes('노벨') &&
      (definition !== null || length > 1 || label.length >= 4 || lonely.test(label)),
    salience: Math.max(weight, 0.5) * (definition ? 2 : 1) * (headings.includes(label) ? 1.5 : 1),
  };
}
