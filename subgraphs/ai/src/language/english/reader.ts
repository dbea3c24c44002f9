import type { Sentence, StudyText } from '../../text/study-text.ts';
import type { LanguageReader, Mention, Reading, Term } from '../language.ts';
import { mentionedTerms } from '../mentioned-terms.ts';
import { mendVerbs } from './mistagged-verbs.ts';
import { createNameFinder, type FoundName, type NameFinder } from './names.ts';
import { keyOf } from './phrases.ts';
import { collectTerms, type TokenizedSentence } from './terms.ts';
import { createTokenizer, type Token } from './tokens.ts';
import { generalNouns, leadingConnective, leaningStart, leansOnEarlier, weakWords } from './words.ts';

const longestTerm = 6;

/** Reads English with wink-nlp's part-of-speech model and rules of our own. */
export function createEnglishReader(): LanguageReader {
  const tokenize = createTokenizer();

  return {
    language: 'en',
    contentWords: (text) => contentOf(tokenize(text)),
    read: (text) => {
      const tokens = mendVerbs(text.sentences.map((sentence) => tokenize(sentence.text)));
      const sentences = text.sentences.map((sentence, index) => ({
        text: sentence.text,
        tokens: tokens[index] ?? [],
      }));
      const headings = text.sections.flatMap(({ title }) => (title === null ? [] : [title]));
      const terms = collectTerms(sentences, headings);
      const names = createNameFinder(sentences.map((sentence) => sentence.text).join('\n'));
      addNames(terms, sentences, names);
      return readingOf(text, sentences, { terms, names });
    },
  };
}

interface Known {
  readonly terms: ReadonlyMap<string, Term>;
  readonly names: NameFinder;
}

function readingOf(text: StudyText, sentences: readonly TokenizedSentence[], known: Known): Reading {
  const heads = headsOfLongerTerms(known.terms);
  const read = text.sentences.map((sentence, index) => {
    const tokens = sentences[index]?.tokens ?? [];
    const trimmed = sentence.text.replace(leadingConnective, '');
    const statement = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
    return {
      content: contentOf(tokens),
      mentions: mentionsIn(sentence, tokens, known),
      standsAlone: standsAlone(statement, heads),
      statement,
    };
  });
  return { language: 'en', text, sentences: read, terms: mentionedTerms(known.terms, read) };
}

/** The terms of a sentence; a name keeps what lies within it to itself. */
function mentionsIn(sentence: Sentence, tokens: readonly Token[], { terms, names }: Known): Mention[] {
  const named = names(sentence.text).map((name) => ({
    key: nameKey(name),
    start: name.start,
    end: name.end,
  }));
  const others = findMentions(tokens, terms).filter(
    (mention) => !named.some(({ start, end }) => mention.start < end && start < mention.end),
  );
  return [...others, ...named].sort((a, b) => a.start - b.start);
}

function standsAlone(statement: string, heads: ReadonlySet<string>): boolean {
  const shortSubject = /^The (\p{L}+)\b(?! (?:of|for|in|that|which)\b)/u.exec(statement)?.[1] ?? '';
  const leans = leaningStart.test(statement) || leansOnEarlier.test(statement);
  return !leans && !heads.has(shortSubject) && !generalNouns.has(shortSubject);
}

/** `cycle` when the text speaks of the Calvin cycle: `the cycle` then leans on an earlier sentence. */
const headsOfLongerTerms = (terms: ReadonlyMap<string, Term>): Set<string> =>
  new Set(
    [...terms.values()].filter(({ words }) => words.length > 1).flatMap(({ words }) => words.slice(-1)),
  );

const contentOf = (tokens: readonly Token[]): string[] =>
  tokens
    .filter(
      ({ partOfSpeech, stopWord, lemma, text }) =>
        ['NOUN', 'PROPN', 'VERB', 'ADJ'].includes(partOfSpeech) &&
        !stopWord &&
        text.length > 2 &&
        !weakWords.has(lemma),
    )
    .map(({ lemma }) => lemma);

/** The longest terms in a sentence, from left to right. */
function findMentions(tokens: readonly Token[], terms: ReadonlyMap<string, Term>): Mention[] {
  const mentions: Mention[] = [];
  for (let from = 0; from < tokens.length; ) {
    const length = longestMatch(tokens, from, terms);
    const first = tokens[from];
    const last = tokens[from + length - 1];
    if (length > 0 && first && last) {
      mentions.push({ key: keyOf(tokens.slice(from, from + length)), start: first.start, end: last.end });
    }
    from += Math.max(1, length);
  }
  return mentions;
}

function longestMatch(tokens: readonly Token[], from: number, terms: ReadonlyMap<string, Term>): number {
  for (let length = Math.min(longestTerm, tokens.length - from); length > 0; length -= 1) {
    if (terms.has(keyOf(tokens.slice(from, from + length)))) return length;
  }
  return 0;
}

/** The name of a thing is a term like any other; people, years and amounts are kept apart. */
const nameKey = ({ kind, label }: Pick<FoundName, 'kind' | 'label'>) =>
  kind === 'TERM' ? label.toLowerCase() : `${kind.toLowerCase()}:${label}`;

function addNames(
  terms: Map<string, Term>,
  sentences: readonly TokenizedSentence[],
  names: NameFinder,
): void {
  for (const [index, sentence] of sentences.entries()) {
    for (const { kind, label } of names(sentence.text)) {
      const key = nameKey({ kind, label });
      if (kind === 'PERSON')
        for (const part of [label, ...label.split(' ')]) terms.delete(part.toLowerCase());
      const known = terms.get(key);
      const where = [...new Set([...(known?.sentences ?? []), index])];
      terms.set(
        key,
        known ? { ...known, specific: true, sentences: where } : nameTerm({ key, kind, label }, where),
      );
    }
  }
}

const nameTerm = (
  { key, kind, label }: { readonly key: string; readonly kind: FoundName['kind']; readonly label: string },
  sentences: readonly number[],
): Term => ({
  key,
  label,
  kind,
  plural: false,
  words: kind === 'PERSON' || kind === 'TERM' ? label.toLowerCase().split(' ') : [label],
  sentences,
  definition: null,
  specific: true,
  salience: 1,
});
