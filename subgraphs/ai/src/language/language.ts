import type { StudyText } from '../text/study-text.ts';

export const studyLanguages = ['en', 'ko'] as const;
export type StudyLanguage = (typeof studyLanguages)[number];

export type TermKind = 'TERM' | 'PERSON' | 'YEAR' | 'NUMBER';

/** A term in one place: UTF-16 indices into the sentence's readable text. */
export interface Mention {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** What the text itself says a term is. */
export interface Definition {
  readonly termKey: string;
  /** The sentence, by index in the study text. */
  readonly sentence: number;
  /** The term with its article, as a question may name it: `a granum`, `the stroma`, `photolysis`. */
  readonly subject: string;
  /** The term in more than one: `what are stomata`. */
  readonly plural: boolean;
  /** The defining phrase without a full stop: `the splitting of water molecules …`. */
  readonly description: string;
  /** The word that names the class the term falls in: `splitting`, `enzyme`, `단백질`. */
  readonly genus: string;
}

/** A word or phrase that the text teaches. */
export interface Term {
  readonly key: string;
  /** As a learner writes it. */
  readonly label: string;
  readonly kind: TermKind;
  readonly plural: boolean;
  /** Content words, as keys, to find leaks and synonyms by. */
  readonly words: readonly string[];
  readonly sentences: readonly number[];
  readonly definition: Definition | null;
  /** Whether it is precise enough to be the answer to a question. */
  readonly specific: boolean;
  readonly salience: number;
}

export interface SentenceReading {
  /** Keys of the words that carry meaning, with repetition. */
  readonly content: readonly string[];
  readonly mentions: readonly Mention[];
  /** Understood without the sentences before it. */
  readonly standsAlone: boolean;
  /** The readable text without a leading connective such as `However,`. */
  readonly statement: string;
}

/** A study text as its language's reader understands it. */
export interface Reading {
  readonly language: StudyLanguage;
  readonly text: StudyText;
  /** One per sentence of the text. */
  readonly sentences: readonly SentenceReading[];
  readonly terms: ReadonlyMap<string, Term>;
}

/** Reads texts of one language. Pure and deterministic once loaded. */
export interface LanguageReader {
  readonly language: StudyLanguage;
  read(text: StudyText): Reading;
  /** The content words of any short text, by the same keys as `SentenceReading.content`. */
  contentWords(text: string): string[];
}

const loaded = new Map<StudyLanguage, Promise<LanguageReader>>();

/** The reader of a language. Its data (50–100 MB) is loaded at the first call and kept. */
export function loadReader(language: StudyLanguage): Promise<LanguageReader> {
  const known = loaded.get(language);
  if (known) return known;
  const reader = language === 'ko' ? loadKorean() : loadEnglish();
  loaded.set(language, reader);
  return reader;
}

const loadEnglish = async () => (await import('./english/reader.ts')).createEnglishReader();
const loadKorean = async () => (await import('./korean/reader.ts')).createKoreanReader();

/** The study language of a text, by the share of its letters that are Hangul. */
export function detectLanguage(text: string): StudyLanguage {
  const hangul = text.match(/\p{Script=Hangul}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return hangul * 2 > latin ? 'ko' : 'en';
}
