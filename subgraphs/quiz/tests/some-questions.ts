import fc from 'fast-check';
import type { ExportedQuestion } from '../src/export/exported-question.ts';
import { questionBodySchema } from '../src/question/question.input.ts';

/** Pieces that mean something to one format or another, among plain letters. */
const pieces = [
  'a', 'b', 'ü', '한', '𝄞', ' ', '  ', '\n', '\n\n', '1', '.', ',', '*', '\\*', '\\', '\\n', '~', '=', '#', '####', '{', '}', ':',
  '::', '->', '%', '%50%', '[html]', '[markdown]', '//', '$CATEGORY:', 'A. ', 'ANSWER: B', '<', '>', '&', '&amp;', '"', "'",
  ']]>', '<p>', '<b>', '</text>', '{1:MC:=a}', '_____', 'T', 'TRUE', '`', '|', '- ', '# ', '> ', '\t', '\u00a0', '\u200b',
  '\u0085', '\u2028', '\r', '\r\n', '\ufeff',
]; // biome-ignore format: one list

const stored = (text: string) => text.trim() !== '' && text.trim() === text;
const markers = /\{\{\d+\}\}/;
export const someText = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join('').trim())
  .filter((text) => stored(text) && !markers.test(text));

const feedback = fc.option(someText, { nil: null });
const weight = fc.constantFrom(1, 0.5, 0.25, 0.3333333, 0, -0.5, -1, 0.0173);
const answers = fc.array(fc.record({ pattern: someText, weight, feedback }), { minLength: 1, maxLength: 4 });
const different = (minLength: number, maxLength = 5) => fc.uniqueArray(someText, { minLength, maxLength });
const digits = fc.constantFrom('0', '0.1', '-3', '1e20', '.5', '1822', '6.02214076e23', '+7');

const choice = fc
  .record({
    texts: different(2),
    multiple: fc.boolean(),
    partialCredit: fc.constantFrom(
      'ALL_OR_NOTHING',
      'PROPORTIONAL',
      'PROPORTIONAL_MINUS_WRONG',
      'EXPLICIT_WEIGHTS',
    ),
    weights: fc.array(weight, { minLength: 5, maxLength: 5 }),
    said: fc.array(feedback, { minLength: 5, maxLength: 5 }),
  })
  .map(({ texts, weights, said, ...rest }) => {
    const isAdded = rest.partialCredit === 'EXPLICIT_WEIGHTS';
    const choices = texts.map((text, index) => {
      const given = index === 0 ? 1 : (weights[index] ?? 0);
      return { text, weight: isAdded ? given : Number(given > 0), feedback: said[index] ?? null };
    });
    return { choice: { ...rest, choices } };
  });

const gap = fc.oneof(
  fc.record({ answers, caseSensitive: fc.boolean() }),
  fc
    .record({ choices: different(2), weights: fc.array(weight, { minLength: 5, maxLength: 5 }), feedback })
    .map(({ choices, weights, feedback: said }) => ({
      choices,
      answers: choices.slice(0, 2).map((pattern, index) => ({
        pattern,
        weight: index === 0 ? 1 : (weights[index] ?? 0),
        feedback: said,
      })),
    })),
);

const bodies = {
  choice,
  text: fc
    .record({
      answers,
      caseSensitive: fc.boolean(),
      maxLength: fc.option(fc.constantFrom(10, 500), { nil: null }),
    })
    .map((text) => ({ text })),
  numeric: fc
    .record({
      answers: fc.array(
        fc.record({ value: digits, tolerance: fc.constantFrom('0', '0.05', '1e2'), weight, feedback }),
        { minLength: 1, maxLength: 3 },
      ),
      units: fc.uniqueArray(fc.constantFrom('m', 'km/h', '°C', '<b>'), { maxLength: 2 }),
    })
    .map((numeric) => ({ numeric })),
  match: fc.record({ left: different(2, 4), right: different(4, 6) }).map(({ left, right }) => ({
    match: {
      pairs: left.map((each, index) => ({ left: each, right: right[index] ?? '' })),
      distractors: right.slice(left.length),
    },
  })),
  order: different(2).map((items) => ({ order: { items } })),
  essay: fc
    .record({
      rubric: fc.uniqueArray(
        fc.record({
          title: someText,
          levels: fc.array(fc.record({ points: fc.constantFrom(1, 0.5, 3), description: someText }), {
            minLength: 1,
            maxLength: 3,
          }),
        }),
        { minLength: 1, maxLength: 3, selector: ({ title }) => title },
      ),
      minWords: fc.option(fc.constantFrom(1, 200), { nil: null }),
    })
    .map((essay) => ({ essay })),
  cloze: fc.array(gap, { minLength: 1, maxLength: 3 }).map((gaps) => ({ cloze: { gaps } })),
};

export type BodyKind = keyof typeof bodies;
export const bodyKinds = Object.keys(bodies) as BodyKind[];

/** A question of a kind, as one could be stored. */
export const someQuestion = (kind: BodyKind): fc.Arbitrary<ExportedQuestion> =>
  fc
    .record({
      title: fc.option(someText, { nil: null }),
      prompt: someText,
      explanation: feedback,
      language: fc.constantFrom(null, 'ko', 'en-GB'),
      difficulty: fc.constantFrom('MEDIUM', 'BEGINNER', 'EXPERT'),
      defaultScore: fc.constantFrom('1', '2.5', '0.1'),
      tags: fc.uniqueArray(fc.constantFrom('photosynthesis', '세포', 'A & B'), { maxLength: 2 }),
      body: bodies[kind] as fc.Arbitrary<object>,
    })
    .map((question) => {
      const body = questionBodySchema.parse(question.body);
      const gaps = (body.cloze?.gaps ?? []).map((_gap, index) => ` x {{${index + 1}}}`);
      return { ...question, body, prompt: `${question.prompt}${gaps.join('')}` } as ExportedQuestion;
    });
