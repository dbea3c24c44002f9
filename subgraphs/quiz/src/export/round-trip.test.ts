import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BodyKind, bodyKinds, someQuestion } from '../../tests/some-questions.ts';
import { questionBodySchema } from '../question/question.input.ts';
import { normalBody } from './body-form.ts';
import type { ExportedQuestion } from './exported-question.ts';
import { type WrittenFormat, writtenFormats } from './formats.ts';
import { whatIsLost } from './what-is-lost.ts';

/** What the reader makes of a written question, in the form of the question itself. */
function readBack(format: WrittenFormat, written: string): ExportedQuestion {
  const items = [...format.read(written)];
  const [item] = items;
  if (items.length !== 1 || item?.kind !== 'QUESTION')
    throw new Error(`${JSON.stringify(items)} of ${written}`);
  const { title, prompt, explanation, language, difficulty, defaultScore, tags, body } = item;
  return {
    title,
    prompt,
    explanation,
    language: language ?? null,
    difficulty: difficulty ?? 'MEDIUM',
    defaultScore: defaultScore ?? '1',
    tags: tags ?? [],
    body: normalBody(questionBodySchema.parse(body)),
  };
}

const runs = 300;
const isGapOfMoodle = /\{\d*:[A-Z_]+:/;

/** A question as GIFT knows it: without settings of ours, and its lines ended by U+000A. */
const bare = (question: ExportedQuestion): ExportedQuestion =>
  JSON.parse(
    JSON.stringify({ ...question, language: null, difficulty: 'MEDIUM', defaultScore: '1' })
      .replaceAll('\\r\\n', '\\n')
      .replaceAll('\\r', '.'),
  );

/** Every question that a format takes without a word comes back as it was; answers the others. */
function listOthers(format: WrittenFormat, questions: readonly ExportedQuestion[]) {
  return questions.filter((question) => {
    const written = format.write(question);
    const verdict = written === null ? null : whatIsLost(question, [...format.read(written)]);
    if (written === null || !verdict || 'refusal' in verdict || verdict.notes.length > 0) return true;
    expect(readBack(format, written)).toEqual({ ...question, body: normalBody(question.body) });
    return false;
  });
}

const sample = (kind: BodyKind) => fc.sample(someQuestion(kind), { numRuns: runs, seed: 20_261_128 });

describe('Moodle XML', () => {
  it.each(bodyKinds)('gives back every %s question as it was', (kind) => {
    const others = listOthers(writtenFormats.MOODLE_XML, sample(kind));
    const isAmbiguous = ({ prompt, body }: ExportedQuestion) => body.cloze && isGapOfMoodle.test(prompt);
    expect(others.filter((question) => !isAmbiguous(question))).toEqual([]);
  });
});

describe('QTI 3', () => {
  it.each(bodyKinds)('gives back every %s question as it was, but for wildcards and units', (kind) => {
    const others = listOthers(writtenFormats.QTI3, sample(kind));
    const patterns = ({ body: { text, cloze } }: ExportedQuestion) =>
      [
        ...(text?.answers ?? []),
        ...(cloze?.gaps ?? []).flatMap(({ answers, choices }) => (choices ? [] : answers)),
      ].map(({ pattern }) => pattern);
    const isWild = (question: ExportedQuestion) =>
      patterns(question).some((pattern) => /(^|[^\\])\*/.test(pattern));
    const isTwice = (question: ExportedQuestion) =>
      new Set(patterns(question)).size < patterns(question).length;
    const hasUnits = ({ body: { numeric } }: ExportedQuestion) => (numeric?.units ?? []).length > 0;
    expect(
      others.filter((question) => !isWild(question) && !isTwice(question) && !hasUnits(question)),
    ).toEqual([]);
  });
});

describe('GIFT', () => {
  const others = (kind: BodyKind, carries: (question: ExportedQuestion) => boolean) =>
    listOthers(writtenFormats.GIFT, sample(kind).map(bare).filter(carries));
  const isOneLine = ({ title }: ExportedQuestion) => !title?.includes('\n');

  it('gives back choice questions, but for all or nothing among several', () => {
    const carried = ({ body: { choice } }: ExportedQuestion) =>
      choice?.multiple
        ? choice.partialCredit === 'EXPLICIT_WEIGHTS'
        : new Set(choice?.choices.map(({ weight }) => weight)).size > 1 &&
          !choice?.partialCredit.startsWith('PROPORTIONAL');
    expect(others('choice', (question) => isOneLine(question) && carried(question))).toEqual([]);
    const sets = sample('choice').filter(
      ({ body: { choice } }) => choice?.multiple && choice.partialCredit === 'ALL_OR_NOTHING',
    );
    expect(listOthers(writtenFormats.GIFT, sets)).toEqual(sets);
  });

  it('gives back texts, numbers and matches that hold no arrow', () => {
    const isPlain = ({ body: { text, numeric, match } }: ExportedQuestion) =>
      !text?.caseSensitive &&
      !text?.maxLength &&
      numeric?.units?.length !== 1 &&
      numeric?.units?.length !== 2 &&
      !JSON.stringify([text, match]).includes('->');
    for (const kind of ['text', 'numeric', 'match'] as const)
      expect(others(kind, (question) => isOneLine(question) && isPlain(question))).toEqual([]);
  });

  it('has no words for orders and gaps', () => {
    for (const kind of ['order', 'cloze'] as const) expect(others(kind, () => true)).toHaveLength(runs);
  });
});

describe('Aiken', () => {
  const question = (texts: readonly string[], more: Partial<ExportedQuestion> = {}): ExportedQuestion => ({
    title: null,
    prompt: 'Which?',
    explanation: null,
    language: null,
    difficulty: 'MEDIUM',
    defaultScore: '1',
    tags: [],
    body: questionBodySchema.parse({
      choice: {
        multiple: false,
        partialCredit: 'ALL_OR_NOTHING',
        choices: texts.map((text, index) => ({ text, weight: index === 1 ? 1 : 0 })),
      },
    }),
    ...more,
  });
  const verdictOn = (given: ExportedQuestion) =>
    whatIsLost(given, [...writtenFormats.AIKEN.read(writtenFormats.AIKEN.write(given) ?? '')]);

  it('gives back one right choice among several, and says what else it loses', () => {
    expect(listOthers(writtenFormats.AIKEN, [question(['a', 'b', 'A. b', 'ANSWER: A'])])).toEqual([]);
    expect(verdictOn(question(['a', 'b'], { explanation: 'so', difficulty: 'HARD' }))).toEqual({
      notes: ['its explanation is not carried', 'its difficulty is not carried'],
    });
  });

  it('refuses what would be read as something else', () => {
    expect(verdictOn(question(['a', 'b\nc']))).toHaveProperty('refusal');
    expect(verdictOn(question(['a', 'b'], { prompt: 'Which?\n\nOf these' }))).toHaveProperty('refusal');
    expect(verdictOn(question(['a', 'b'], { prompt: 'Which?\nANSWER: A' }))).toHaveProperty('refusal');
    const [several] = sample('choice').filter(({ body }) => body.choice?.multiple);
    expect(several && writtenFormats.AIKEN.write(several)).toBeNull();
  });
});
