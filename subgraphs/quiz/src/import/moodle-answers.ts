import { z } from 'zod';
import { Exact } from '../grading/fraction.ts';
import type { PartialCredit } from '../question/content.ts';
import { defaultRubric, defaultRubricNote } from './default-rubric.ts';
import { rawText, readMoodleAnswer, readMoodleFeedback, readMoodleText } from './moodle-text.ts';
import { readPartialCredit } from './settings.ts';
import { childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

/** What a Moodle question asks for, in the shape of `saveQuestion`. */
export interface MappedAnswers {
  readonly body: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

const mapped = (body: MappedAnswers['body'], notes: readonly string[] = []): MappedAnswers => ({
  body,
  notes,
});

const settingOf = (question: XmlElement, name: string) => textOf(childOf(question, name)).trim();
const isOn = (question: XmlElement, name: string) => /^(1|true)$/i.test(settingOf(question, name));

/** Credit from per cent as Moodle writes it; 33.33333 stays what it is. */
function weightOf({ attributes: { fraction = '0' } }: XmlElement): number {
  const digits = /^-?\d{1,3}(?:\.\d{1,20})?$/.exec(fraction.trim())?.[0];
  return digits === undefined ? 0 : new Exact(digits).dividedBy(100).toNumber();
}

/**
 * Choices. Moodle adds up percentages; where they are only 100 and 0 and one may be picked it is all or nothing.
 * What is graded in another way of ours says so in `partialCredit`, and its percentages only tell right from wrong.
 */
export function mapChoice(question: XmlElement, forced: PartialCredit | null): MappedAnswers {
  const answers = childrenOf(question, 'answer');
  const multiple = forced !== null || settingOf(question, 'single') === 'false';
  const weights = answers.map(weightOf);
  const isPlain = !multiple && weights.every((weight) => weight === 0 || weight === 1);
  const written = readPartialCredit(question.attributes.partialCredit);
  const partialCredit = forced ?? written ?? (isPlain ? 'ALL_OR_NOTHING' : 'EXPLICIT_WEIGHTS');
  const texts = answers.map(readMoodleText);
  const choices = answers.map((answer, index) => {
    const weight = weights[index] ?? 0;
    return {
      text: texts[index]?.text ?? '',
      weight: partialCredit === 'EXPLICIT_WEIGHTS' ? weight : weight > 0 ? 1 : 0,
      feedback: readMoodleFeedback(answer),
    };
  });
  return mapped(
    { choice: { multiple, partialCredit, choices } },
    texts.flatMap(({ notes }) => notes),
  );
}

export function mapTrueFalse(question: XmlElement): MappedAnswers {
  const choices = childrenOf(question, 'answer').map((answer) => ({
    text: readMoodleAnswer(answer).toLowerCase() === 'true' ? 'True' : 'False',
    weight: weightOf(answer),
    feedback: readMoodleFeedback(answer),
  }));
  return mapped({ choice: { multiple: false, partialCredit: 'ALL_OR_NOTHING', choices } });
}

export function mapShortAnswer(question: XmlElement): MappedAnswers {
  const answers = childrenOf(question, 'answer').map((answer) => ({
    pattern: readMoodleAnswer(answer),
    weight: weightOf(answer),
    feedback: readMoodleFeedback(answer),
  }));
  const maxLength = Number(question.attributes.maxLength);
  const caseSensitive = isOn(question, 'usecase');
  return mapped({ text: { answers, caseSensitive, ...(maxLength > 0 ? { maxLength } : {}) } });
}

/** Units count only where Moodle demands one and they stand for the same (a multiplier of 1). */
export function mapNumerical(question: XmlElement): MappedAnswers {
  const answers = childrenOf(question, 'answer');
  const numbers = answers.filter((answer) => readMoodleAnswer(answer) !== '*');
  const units = childrenOf(childOf(question, 'units') ?? question, 'unit');
  const isDemanded = ['1', '2'].includes(settingOf(question, 'unitgradingtype'));
  const plain = units.filter((unit) => Number(settingOf(unit, 'multiplier') || 1) === 1);
  const notes = [
    ...(numbers.length < answers.length ? ['what is said to any other number is not kept'] : []),
    ...(units.length > 0 && !isDemanded ? ['its units are not kept: Moodle does not demand one'] : []),
    ...(isDemanded && plain.length < units.length ? ['units with a multiplier are not kept'] : []),
  ];
  const body = {
    answers: numbers.map((answer) => ({
      value: readMoodleAnswer(answer),
      tolerance: settingOf(answer, 'tolerance') || '0',
      weight: weightOf(answer),
      feedback: readMoodleFeedback(answer),
    })),
    units: isDemanded ? plain.map((unit) => settingOf(unit, 'unit_name')) : [],
  };
  return mapped({ numeric: body }, notes);
}

/** A subquestion without a text is a partner too many. */
export function mapMatching(question: XmlElement): MappedAnswers {
  const sides = childrenOf(question, 'subquestion').map((subquestion) => {
    const { text: left, notes } = readMoodleText(subquestion);
    const answer = childOf(subquestion, 'answer');
    return { left, right: answer ? readMoodleAnswer(answer) : '', notes };
  });
  const pairs = sides.filter(({ left }) => left !== '').map(({ left, right }) => ({ left, right }));
  const distractors = sides.filter(({ left }) => left === '').map(({ right }) => right);
  return mapped(
    { match: { pairs, distractors } },
    sides.flatMap(({ notes }) => notes),
  );
}

/** The items stand in their right order, or say it by numbers in `fraction`. */
export function mapOrdering(question: XmlElement): MappedAnswers {
  const answers = childrenOf(question, 'answer').map((answer) => ({
    place: Number(answer.attributes.fraction),
    ...readMoodleText(answer),
  }));
  const isNumbered = new Set(answers.map(({ place }) => place)).size === answers.length;
  const ordered = isNumbered ? answers.toSorted((one, other) => one.place - other.place) : answers;
  return mapped(
    { order: { items: ordered.map(({ text }) => text) } },
    answers.flatMap(({ notes }) => notes),
  );
}

const rubricSchema = z.array(
  z.object({ title: z.string(), levels: z.array(z.object({ points: z.number(), description: z.string() })) }),
);

/** Moodle keeps a rubric apart from the question; ours stands in an attribute. */
function readRubric(question: XmlElement) {
  try {
    return rubricSchema.parse(JSON.parse(question.attributes.rubric ?? ''));
  } catch {
    return null;
  }
}

export function mapEssay(question: XmlElement): MappedAnswers {
  const rubric = readRubric(question);
  const minWords = Number(settingOf(question, 'minwordlimit'));
  const notes = [
    ...(rubric ? [] : [defaultRubricNote]),
    ...(Number(settingOf(question, 'maxwordlimit')) > 0 ? ['its greatest number of words is not kept'] : []),
    ...(rawText(childOf(question, 'responsetemplate')).trim() ? ['its template is not kept'] : []),
    ...(rubric || !rawText(childOf(question, 'graderinfo')).trim()
      ? []
      : ['what is said to its graders is not kept']),
  ];
  return mapped({ essay: { rubric: rubric ?? defaultRubric, ...(minWords > 0 ? { minWords } : {}) } }, notes);
}
