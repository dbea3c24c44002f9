import type { DraftChoiceQuestion, DraftQuestion } from '../../draft/draft.ts';
import type { Definition, Reading, Term } from '../../language/language.ts';
import { pickDistractors } from '../distractors.ts';
import { shuffled } from '../seeded.ts';
import { wordingOf } from '../wording.ts';

/** A term that the text defines. */
export type DefinedTerm = Term & { readonly definition: Definition };

export const hasDefinition = (term: Term): term is DefinedTerm => term.definition !== null;

const wrongChoices = 3;
const fewestWrong = 2;

const quoteOf = (reading: Reading, { definition }: DefinedTerm) =>
  reading.text.sentences[definition.sentence]?.quote ?? '';

/** From the description to the term. */
export function whichTermQuestion(reading: Reading, key: DefinedTerm): DraftChoiceQuestion | null {
  const wording = wordingOf(reading.language);
  const wrong = pickDistractors(reading, key, { sentence: key.definition.sentence, count: wrongChoices });
  if (wrong.length < fewestWrong || givesAway(reading, key, wrong)) return null;
  const quote = quoteOf(reading, key);
  return {
    type: 'CHOICE',
    prompt: wording.whichTermFits(key.definition.description),
    difficulty: 'EASY',
    explanation: wording.fromTheText(quote),
    quotes: [quote],
    choices: shuffled(
      [
        { text: wording.choice(key), correct: true, feedback: '' },
        ...wrong.map((term) => ({
          text: wording.choice(term),
          correct: false,
          feedback: meaningOf(reading, term),
        })),
      ],
      key.key,
    ),
  };
}

/** The description repeats a word of the key that none of the wrong choices has. */
function givesAway(reading: Reading, key: Term, wrong: readonly Term[]): boolean {
  const description = key.definition?.description.toLowerCase() ?? '';
  const shared = key.words.filter(
    (word) => word.length > (reading.language === 'ko' ? 1 : 3) && description.includes(word),
  );
  return shared.some((word) => !wrong.some((term) => term.words.includes(word)));
}

/** From the term to the description. */
export function whatIsQuestion(reading: Reading, key: DefinedTerm): DraftChoiceQuestion | null {
  const wording = wordingOf(reading.language);
  const wrong = definedLike(reading, key);
  if (wrong.length < wrongChoices) return null;
  const quote = quoteOf(reading, key);
  return {
    type: 'CHOICE',
    prompt: wording.whatIs(key.definition),
    difficulty: 'MEDIUM',
    explanation: wording.fromTheText(quote),
    quotes: [quote],
    choices: shuffled(
      [
        { text: wording.descriptionChoice(key.definition.description), correct: true, feedback: '' },
        ...wrong.map((term) => ({
          text: wording.descriptionChoice(term.definition.description),
          correct: false,
          feedback: meaningOf(reading, term),
        })),
      ],
      key.key,
    ),
  };
}

/** One true statement among three that give a term another term's meaning. */
export function trueStatementQuestion(reading: Reading, key: DefinedTerm): DraftChoiceQuestion | null {
  const wording = wordingOf(reading.language);
  const others = definedLike(reading, key);
  const [first, second, third] = others;
  if (!first || !second || !third) return null;
  const wrong: readonly [DefinedTerm, DefinedTerm][] = [
    [first, second],
    [second, third],
    [third, first],
  ];
  const quote = quoteOf(reading, key);
  return {
    type: 'CHOICE',
    prompt: wording.whichStatementIsTrue,
    difficulty: 'HARD',
    explanation: wording.fromTheText(quote),
    quotes: [quote],
    choices: shuffled(
      [
        { text: wording.claim(key.definition, key.definition.description), correct: true, feedback: '' },
        ...wrong.map(([subject, taken]) => ({
          text: wording.claim(subject.definition, taken.definition.description),
          correct: false,
          feedback: meaningOf(reading, subject),
        })),
      ],
      key.key,
    ),
  };
}

/** From the description to the term, with nothing to choose from. */
export function nameTheTermQuestion(reading: Reading, key: DefinedTerm): DraftQuestion | null {
  const wording = wordingOf(reading.language);
  const { description } = key.definition;
  if (key.words.some((word) => word.length > 1 && description.toLowerCase().includes(word))) return null;
  const quote = quoteOf(reading, key);
  return {
    type: 'TEXT',
    prompt: wording.whichTermFits(description),
    difficulty: 'HARD',
    explanation: wording.fromTheText(quote),
    quotes: [quote],
    answers: acceptedAnswers(reading, key),
  };
}

/** The label, its singular key, and in Korean the label without spaces. */
export function acceptedAnswers(reading: Reading, { label, key }: Term): string[] {
  const variants =
    reading.language === 'ko' ? [label, label.replaceAll(' ', '')] : [label, key, label.replaceAll('-', ' ')];
  return variants.filter(
    (variant, place) =>
      variants.findIndex((other) => other.toLowerCase() === variant.toLowerCase()) === place,
  );
}

/** Three other defined terms whose descriptions are of about the same length, so that length tells nothing. */
function definedLike(reading: Reading, key: DefinedTerm): DefinedTerm[] {
  const length = key.definition.description.length;
  const gap = (term: DefinedTerm) => Math.abs(term.definition.description.length - length);
  return pickDistractors(reading, key, { sentence: key.definition.sentence, count: 12, defined: true })
    .filter(hasDefinition)
    .filter((term) => term.plural === key.plural && gap(term) <= Math.max(30, length * 0.6))
    .filter((term) => !mentions(term, key) && !mentions(key, term))
    .slice(0, wrongChoices);
}

const mentions = (first: DefinedTerm, second: DefinedTerm) =>
  first.definition.description.toLowerCase().includes(second.label.toLowerCase());

/** What a wrong choice really means, where the text says so. */
export function meaningOf(reading: Reading, term: Term): string {
  return term.definition
    ? wordingOf(reading.language).claim(term.definition, term.definition.description)
    : '';
}
