import type { DraftChoiceQuestion, DraftQuestion } from '../../draft/draft.ts';
import type { Reading, Term } from '../../language/language.ts';
import { endsAsSentence } from '../../text/readable.ts';
import { pickDistractors } from '../distractors.ts';
import { otherAmounts, otherYears } from '../numbers.ts';
import { shuffled } from '../seeded.ts';
import { clozeSizes, sizeOf } from '../size.ts';
import { wordingOf } from '../wording.ts';
import { acceptedAnswers, meaningOf } from './definition-questions.ts';

/** A place in a sentence whose words a learner can be asked to fill in. */
export interface Gap {
  readonly sentence: number;
  readonly term: Term;
  /** The sentence without a leading connective, and the place in it. */
  readonly statement: string;
  readonly start: number;
  readonly end: number;
}

const wrongChoices = 3;
const fewestWrong = 2;

/** Every gap that makes sense: in a sentence that stands alone, for a precise term that occurs in it once. */
export function findGaps(reading: Reading): Gap[] {
  return reading.text.sentences.flatMap(({ index, text }) => {
    const { mentions, standsAlone, statement } = reading.sentences[index] ?? {
      mentions: [],
      standsAlone: false,
      statement: '',
    };
    const size = sizeOf(statement);
    const { fewest, most } = clozeSizes[reading.language];
    if (!standsAlone || size < fewest || size > most || !endsAsSentence(text)) return [];
    const dropped = text.length - statement.length;
    return mentions.flatMap(({ key, start, end }) => {
      const term = reading.terms.get(key);
      const place = { start: start - dropped, end: end - dropped };
      return term?.specific && place.start >= 0 && isFairGap(statement, term, { index, ...place })
        ? [{ sentence: index, term, statement, ...place }]
        : [];
    });
  });
}

interface Place {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

function isFairGap(statement: string, term: Term, { index, start, end }: Place): boolean {
  const rest = `${statement.slice(0, start)} ${statement.slice(end)}`.toLowerCase();
  const repeated =
    term.kind === 'TERM' && term.words.some((word) => word.length > 2 && rest.includes(word.toLowerCase()));
  const defined = term.definition?.sentence === index;
  const inBrackets = /\([^)]*$/.test(statement.slice(0, start));
  return !repeated && !defined && !inBrackets && !rest.includes(term.label.toLowerCase());
}

/** A gap with choices. Null when the text offers too few wrong answers of the same kind. */
export function gapChoiceQuestion(reading: Reading, gap: Gap): DraftChoiceQuestion | null {
  const wording = wordingOf(reading.language);
  const wrong = wrongAnswers(reading, gap);
  if (wrong.length < fewestWrong) return null;
  const quote = reading.text.sentences[gap.sentence]?.quote ?? '';
  return {
    type: 'CHOICE',
    prompt: wording.completeSentence(wording.withBlank(gap.statement, gap, wording.blank)),
    difficulty: gap.term.kind === 'TERM' ? 'MEDIUM' : 'EASY',
    explanation: wording.fromTheText(quote),
    quotes: [quote],
    choices: shuffled(
      [{ text: rightAnswer(gap), correct: true, feedback: '' }, ...wrong],
      `${gap.sentence}:${gap.term.key}`,
    ),
  };
}

/** A gap to be filled in freely. */
export function gapQuestion(reading: Reading, gap: Gap): DraftQuestion {
  const wording = wordingOf(reading.language);
  const quote = reading.text.sentences[gap.sentence]?.quote ?? '';
  const written = gap.statement.slice(gap.start, gap.end);
  const others = acceptedAnswers(reading, gap.term).filter(
    (answer) => answer.toLowerCase() !== written.toLowerCase(),
  );
  return {
    type: 'CLOZE',
    prompt: wording.withBlank(gap.statement, gap, '{{1}}'),
    difficulty: 'HARD',
    explanation: wording.fromTheText(quote),
    quotes: [quote],
    gaps: [{ answers: [written, ...(gap.term.kind === 'TERM' ? others : [])], choices: [] }],
  };
}

const rightAnswer = ({ statement, start, end }: Gap) => statement.slice(start, end);

function wrongAnswers(reading: Reading, gap: Gap): DraftChoiceQuestion['choices'] {
  const { term, sentence } = gap;
  const plain = (texts: readonly string[]) => texts.map((text) => ({ text, correct: false, feedback: '' }));
  if (term.kind === 'YEAR') return plain(otherYears(reading, term, wrongChoices));
  if (term.kind === 'NUMBER') {
    const percent = /^ ?(?:percent|%|퍼센트)/.test(gap.statement.slice(gap.end));
    return plain(otherAmounts(term, wrongChoices, percent ? 99 : undefined));
  }
  const startsSentence = gap.start === 0 && reading.language === 'en';
  return pickDistractors(reading, term, { sentence, count: wrongChoices }).map((wrong) => ({
    text: startsSentence ? wrong.label.charAt(0).toUpperCase() + wrong.label.slice(1) : wrong.label,
    correct: false,
    feedback: meaningOf(reading, wrong),
  }));
}
