import type { Sentence } from '../../text/study-text.ts';
import type { LanguageReader, Mention, SentenceReading, Term } from '../language.ts';
import { mentionedTerms } from '../mentioned-terms.ts';
import { loadDictionary } from './dictionary.ts';
import { type Eojeol, readEojeols } from './eojeol.ts';
import { type FoundName, findNames } from './names.ts';
import { collectTerms, type ReadSentence } from './terms.ts';
import { leadingConnective, leaningStart, leansOnEarlier, weakWords } from './words.ts';

const longestTerm = 4;

/** Reads Korean with a noun dictionary and rules of our own. */
export async function createKoreanReader(): Promise<LanguageReader> {
  const dictionary = await loadDictionary();
  const wordsOf = (sentence: string) => readEojeols(sentence, dictionary);

  return {
    language: 'ko',
    contentWords: (text) => contentOf(wordsOf(text)),
    read: (text) => {
      const sentences = text.sentences.map((sentence) => ({
        text: sentence.text,
        words: wordsOf(sentence.text),
      }));
      const headings = text.sections.flatMap(({ title }) => (title === null ? [] : [title]));
      const names = nameFinder(sentences);
      const terms = collectTerms(sentences, headings);
      addNames(terms, sentences, names);
      const read = text.sentences.map((sentence, index) =>
        readSentence(
          sentence,
          sentences[index]?.words ?? [],
          terms,
          names(sentences[index] ?? { text: '', words: [] }),
        ),
      );
      return { language: 'ko', text, sentences: read, terms: mentionedTerms(terms, read) };
    },
  };
}

function nameFinder(sentences: readonly ReadSentence[]): (sentence: ReadSentence) => FoundName[] {
  const seen = new Map<string, number>();
  for (const { noun } of sentences.flatMap(({ words }) => words)) {
    if (noun !== null) seen.set(noun, (seen.get(noun) ?? 0) + 1);
  }
  return (sentence) => findNames(sentence.text, sentence.words, seen);
}

function readSentence(
  sentence: Sentence,
  words: readonly Eojeol[],
  terms: ReadonlyMap<string, Term>,
  names: readonly FoundName[],
): SentenceReading {
  const statement = sentence.text.replace(leadingConnective, '');
  const nameMentions = names.map(({ kind, label, start, end }) => ({
    key: nameKey(kind, label),
    start,
    end,
  }));
  const free = findMentions(words, terms).filter(
    ({ start, end }) => !nameMentions.some((name) => start < name.end && name.start < end),
  );
  return {
    content: contentOf(words),
    mentions: [...free, ...nameMentions].sort((a, b) => a.start - b.start),
    standsAlone: !leaningStart.test(statement) && !leansBack(statement),
    statement,
  };
}

/** `그 세포` leans on an earlier sentence unless this one has already named a 세포. */
function leansBack(statement: string): boolean {
  for (const match of statement.matchAll(new RegExp(leansOnEarlier, 'g'))) {
    const after = statement.slice(match.index + match[0].length);
    const named = /^[가-힣A-Za-z]{2}/.exec(after)?.[0];
    if (named === undefined || !statement.slice(0, match.index).includes(named)) return true;
  }
  return false;
}

const contentOf = (words: readonly Eojeol[]): string[] =>
  words.flatMap(({ noun }) => (noun !== null && noun.length > 1 && !weakWords.has(noun) ? [noun] : []));

/** The longest terms in a sentence, from left to right; a term's own particle is not part of the mention. */
function findMentions(words: readonly Eojeol[], terms: ReadonlyMap<string, Term>): Mention[] {
  const mentions: Mention[] = [];
  for (let from = 0; from < words.length; ) {
    const length = longestMatch(words, from, terms);
    const part = words.slice(from, from + length);
    const first = part[0];
    const last = part.at(-1);
    if (first && last?.noun) {
      mentions.push({ key: labelOf(part), start: first.start, end: last.start + last.noun.length });
    }
    from += Math.max(1, length);
  }
  return mentions;
}

const labelOf = (words: readonly Eojeol[]) => words.map(({ noun }) => noun).join(' ');

function longestMatch(words: readonly Eojeol[], from: number, terms: ReadonlyMap<string, Term>): number {
  for (let length = Math.min(longestTerm, words.length - from); length > 0; length -= 1) {
    const part = words.slice(from, from + length);
    const joined = part.slice(0, -1).every((word) => word.particle === '' && !word.closes);
    const last = part.at(-1);
    const whole = length > 1 || last?.nominal === true;
    if (joined && whole && last?.noun && terms.has(labelOf(part))) return length;
  }
  return 0;
}

const nameKey = (kind: string, label: string) => `${kind.toLowerCase()}:${label}`;

function addNames(
  terms: Map<string, Term>,
  sentences: readonly ReadSentence[],
  names: (sentence: ReadSentence) => FoundName[],
): void {
  for (const [index, sentence] of sentences.entries()) {
    for (const { kind, label } of names(sentence)) {
      const key = nameKey(kind, label);
      const where = [...(terms.get(key)?.sentences ?? []), index];
      const words = label.split(' ');
      terms.set(key, {
        key,
        label,
        kind,
        plural: false,
        words,
        sentences: where,
        definition: null,
        specific: true,
        salience: 1,
      });
      if (kind === 'PERSON') for (const part of words) terms.delete(part);
    }
  }
}
