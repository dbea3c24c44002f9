import type { Sentence, StudyText } from '../../text/study-text.ts';
import type { LanguageReader, Mention, Reading, SentenceReading, Term } from '../language.ts';
import { mentionedTerms } from '../mentioned-terms.ts';
import { mendVerbs } from './mistagged-verbs.ts';
import { findNames } from './names.ts';
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
      addNames(terms, sentences);
      return readingOf(text, sentences, terms);
    },
  };
}

function readingOf(
  text: StudyText,
  sentences: readonly TokenizedSentence[],
  terms: ReadonlyMap<string, Term>,
): Reading {
  const heads = headsOfLongerTerms(terms);
  const read = text.sentences.map((sentence, index) =>
    readSentence(sentence, sentences[index]?.tokens ?? [], terms, heads),
  );
  return { language: 'en', text, sentences: read, terms: mentionedTerms(terms, read) };
}

function readSentence(
  sentence: Sentence,
  tokens: readonly Token[],
  terms: ReadonlyMap<string, Term>,
  heads: ReadonlySet<string>,
): SentenceReading {
  const trimmed = sentence.text.replace(leadingConnective, '');
  const statement = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  const shortSubject = /^The (\p{L}+)\b(?! (?:of|for|in|that|which)\b)/u.exec(statement)?.[1] ?? '';
  return {
    content: contentOf(tokens),
    mentions: [...findMentions(tokens, terms), ...nameMentions(sentence.text)].sort(
      (a, b) => a.start - b.start,
    ),
    standsAlone:
      !leaningStart.test(statement) &&
      !leansOnEarlier.test(statement) &&
      !heads.has(shortSubject) &&
      !generalNouns.has(shortSubject),
    statement,
  };
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

const nameKey = (kind: string, label: string) => `${kind.toLowerCase()}:${label}`;

const nameMentions = (sentence: string): Mention[] =>
  findNames(sentence).map(({ kind, label, start, end }) => ({ key: nameKey(kind, label), start, end }));

function addNames(terms: Map<string, Term>, sentences: readonly TokenizedSentence[]): void {
  const found = new Map<string, { kind: 'PERSON' | 'YEAR' | 'NUMBER'; label: string; sentences: number[] }>();
  for (const [index, sentence] of sentences.entries()) {
    for (const { kind, label } of findNames(sentence.text)) {
      const key = nameKey(kind, label);
      const entry = found.get(key) ?? { kind, label, sentences: [] };
      entry.sentences.push(index);
      found.set(key, entry);
      if (kind === 'PERSON')
        for (const part of [label, ...label.split(' ')]) terms.delete(part.toLowerCase());
    }
  }
  for (const [key, { kind, label, sentences: where }] of found) {
    terms.set(key, {
      key,
      label,
      kind,
      plural: false,
      words: kind === 'PERSON' ? label.toLowerCase().split(' ') : [label],
      sentences: where,
      definition: null,
      specific: true,
      salience: 1,
    });
  }
}
