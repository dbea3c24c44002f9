import type { Definition, StudyLanguage, Term } from '../language/language.ts';
import { koreanWording } from './wording-korean.ts';

/** How questions are put in one language. Prompts are Markdown. */
export interface Wording {
  whichTermFits(description: string): string;
  /** `What is a granum?` */
  whatIs(definition: Definition): string;
  /** The front of a card whose back is the description. */
  cardFront(definition: Definition): string;
  readonly whichStatementIsTrue: string;
  completeSentence(stem: string): string;
  /** A whole sentence that claims `description` of the subject of `definition`. */
  claim(definition: Definition, description: string): string;
  /** The term as it stands alone in a list of choices. */
  choice(term: Term): string;
  /** The description as it stands alone in a list of choices. */
  descriptionChoice(description: string): string;
  /** The sentence with the characters between `start` and `end` replaced by `blank`, and nothing that gives them away. */
  withBlank(sentence: string, span: { readonly start: number; readonly end: number }, blank: string): string;
  fromTheText(quote: string): string;
  readonly blank: string;
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const englishWording: Wording = {
  whichTermFits: (description) => `Which term fits this description?\n\n> ${capitalize(description)}.`,
  whatIs: ({ subject, plural }) => `What ${plural ? 'are' : 'is'} ${subject}?`,
  cardFront: ({ subject, plural }) => `What ${plural ? 'are' : 'is'} ${subject}?`,
  whichStatementIsTrue: 'Which of these statements is correct?',
  completeSentence: (stem) => `What belongs in the gap?\n\n> ${stem}`,
  claim: ({ subject, plural }, description) =>
    `${capitalize(subject)} ${plural ? 'are' : 'is'} ${description}.`,
  choice: ({ label }) => capitalize(label),
  descriptionChoice: (description) => `${capitalize(description)}.`,
  withBlank: (sentence, { start, end }, blank) =>
    `${sentence.slice(0, start).replace(/\b([Aa])n? $/, '$1(n) ')}${blank}${sentence.slice(end)}`,
  fromTheText: (quote) => `The text says: “${quote}”`,
  blank: '\\_\\_\\_\\_\\_',
};

export const wordingOf = (language: StudyLanguage): Wording =>
  language === 'ko' ? koreanWording : englishWording;
