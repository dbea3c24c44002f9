import { isDeepStrictEqual } from 'node:util';
import type { ImportedItem, ImportedQuestion } from '../import/imported-question.ts';
import { type QuestionBody, questionBodySchema } from '../question/question.input.ts';
import { additiveWeights, normalBody, plainWeights, withoutFeedback } from './body-form.ts';
import type { ExportedQuestion } from './exported-question.ts';

/** What of a question a written form gives back: its notes on what it does not, or why it must not be used. */
export type Verdict = { readonly notes: readonly string[] } | { readonly refusal: string };

const settings = {
  title: 'its title is not carried',
  explanation: 'its explanation is not carried',
  language: 'its language is not carried',
  difficulty: 'its difficulty is not carried',
  defaultScore: 'its points are not carried',
  tags: 'its skills are not carried',
} as const;

/**
 * Compares a question with what our own reader makes of its written form. What changes how answers are graded refuses
 * the form; what only says less (points, words to an answer, a title, …) is named.
 */
export function whatIsLost(question: ExportedQuestion, read: readonly ImportedItem[]): Verdict {
  const [item] = read;
  if (read.length !== 1 || item?.kind !== 'QUESTION') return { refusal: 'the format cannot carry it' };
  if (item.prompt !== question.prompt) return { refusal: 'the format cannot carry its text' };
  const body = questionBodySchema.safeParse(item.body);
  const lost = body.success ? whatBodyLost(question.body, body.data) : null;
  if (lost === null) return { refusal: 'the format cannot carry its answers' };
  return { notes: [...lost, ...whatSettingsLost(question, item)] };
}

function whatSettingsLost(question: ExportedQuestion, item: ImportedQuestion): string[] {
  const kept = {
    title: item.title,
    explanation: item.explanation,
    language: item.language ?? null,
    difficulty: item.difficulty ?? 'MEDIUM',
    defaultScore: String(Number(item.defaultScore ?? 1)),
    tags: item.tags ?? [],
  };
  const given = { ...question, defaultScore: String(Number(question.defaultScore)) };
  const names = Object.keys(settings) as (keyof typeof settings)[];
  return names.filter((name) => !isDeepStrictEqual(given[name], kept[name])).map((name) => settings[name]);
}

interface Loss {
  readonly note: string;
  readonly without: (body: QuestionBody) => QuestionBody;
}

const losses: readonly Loss[] = [
  {
    note: 'its rubric and least number of words are not carried',
    without: ({ essay, ...others }) => ({
      ...others,
      ...(essay && { essay: { rubric: [], minWords: null } }),
    }),
  },
  { note: 'weights that its credit does not use are not carried', without: plainWeights },
  { note: 'what is said to its answers is not carried', without: withoutFeedback },
  {
    note: 'its longest answer is not carried',
    without: ({ text, ...others }) => ({ ...others, ...(text && { text: { ...text, maxLength: null } }) }),
  },
  {
    note: 'its partial credit is written as weights',
    without: ({ choice, ...others }) => ({ ...others, ...(choice && { choice: additiveWeights(choice) }) }),
  },
];

/** The notes on what makes the two differ; null when it is more than may be. */
function whatBodyLost(given: QuestionBody, kept: QuestionBody): string[] | null {
  let [one, other] = [normalBody(given), normalBody(kept)];
  const notes: string[] = [];
  if (isDeepStrictEqual(one, other)) return notes;
  for (const { note, without } of losses) {
    const [less, otherLess] = [normalBody(without(one)), normalBody(without(other))];
    if (!isDeepStrictEqual(less, one)) notes.push(note);
    [one, other] = [less, otherLess];
    if (isDeepStrictEqual(one, other)) return notes;
  }
  return null;
}
