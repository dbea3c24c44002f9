import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { vectorsDirectory } from '@studymate/testkit';
import type { GiftItem, GiftNumber, GiftQuestion } from './gift.ast.ts';
import { parseGift } from './gift.parse.ts';

const directory = `${vectorsDirectory}/gift/questions`;
const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.gift')) : [];

const toNumber = (number: GiftNumber) => {
  switch (number.form) {
    case 'EXACT':
      return { type: 'simple', number: Number(number.value) };
    case 'TOLERANCE':
      return { type: 'range', number: Number(number.value), range: Number(number.tolerance) };
    case 'RANGE':
      return { type: 'high-low', numberHigh: Number(number.high), numberLow: Number(number.low) };
  }
};

const toWeight = (weight: string | null) => (weight === null ? null : Number(weight));

function answersOf({ answers, stem }: GiftQuestion): object {
  switch (answers.type) {
    case 'DESCRIPTION':
      return { type: 'Description' };
    case 'ESSAY':
      return { type: 'Essay' };
    case 'TRUE_FALSE': {
      const [trueFeedback, falseFeedback] = answers.feedbacks;
      return { type: 'TF', isTrue: answers.isTrue, trueFeedback, falseFeedback };
    }
    case 'MATCHING':
      return {
        type: 'Matching',
        matchPairs: answers.pairs.map(({ left, right }) => ({ subquestion: left, subanswer: right })),
      };
    case 'NUMERICAL': {
      const [only] = answers.answers;
      if (!answers.isList) return { type: 'Numerical', choices: only?.number ? toNumber(only.number) : null };
      const choices = answers.answers.map(({ number, weight, isCorrect, feedback }) => ({
        isCorrect,
        weight: toWeight(weight),
        text: number ? toNumber(number) : { format: stem.format, text: '*' },
        feedback,
      }));
      return { type: 'Numerical', choices };
    }
    default:
      return {
        type: answers.type === 'SHORT' ? 'Short' : 'MC',
        choices: answers.choices.map((choice) => ({ ...choice, weight: toWeight(choice.weight) })),
      };
  }
}

/** What we read, in the shape of the reference's JSON. */
function asReference(item: GiftItem): object {
  if (item.kind === 'PROBLEM') return { problem: item.message };
  if (item.kind === 'CATEGORY') return { type: 'Category', title: item.title };
  const answers = answersOf(item);
  return {
    id: item.id,
    tags: item.tags.length === 0 ? null : item.tags,
    title: item.title,
    stem: item.stem,
    hasEmbeddedAnswers: item.isEmbedded,
    ...(item.answers.type === 'DESCRIPTION' ? {} : { globalFeedback: item.globalFeedback }),
    ...answers,
  };
}

describe('GIFT', () => {
  if (files.length === 0)
    it.skip(`agrees with the reference files, which are not in ${directory}`, () => undefined);
  it.each(files)('reads %s as the reference parser does', (name) => {
    const read = (file: string) => readFileSync(`${directory}/${file}`, 'utf8');
    const expected: unknown = JSON.parse(read(name.replace(/gift$/, 'json')));
    expect(parseGift(read(name)).map(asReference)).toEqual(expected);
  });

  it('names the line of what it cannot read, and reads on', () => {
    const items = parseGift('One?{=1}\n\n// a comment\n::Broken::Two?{=2\n');
    expect(items).toMatchObject([
      { kind: 'QUESTION', line: 1 },
      { kind: 'PROBLEM', line: 4, title: 'Broken', message: 'the answers are not closed with a brace' },
    ]);
    expect(parseGift('N?{#abc}')).toMatchObject([{ kind: 'PROBLEM', message: '"abc" is not a number' }]);
    expect(parseGift('N?{abc =d}')).toMatchObject([
      { kind: 'PROBLEM', message: 'answers must begin with = or ~' },
    ]);
    expect(parseGift('N?}')).toMatchObject([{ kind: 'PROBLEM' }]);
    expect(parseGift('N?{=a} and {=b}')).toMatchObject([{ kind: 'PROBLEM' }]);
    expect(parseGift('')).toEqual([]);
  });

  it('takes escaped control characters for what they are', () => {
    const [item] = parseGift('a \\{ b \\} c \\: d{ =x \\= y \\~ z # f \\# g }');
    expect(item).toMatchObject({
      stem: { text: 'a { b } c : d' },
      answers: { type: 'SHORT', choices: [{ text: { text: 'x = y ~ z' }, feedback: { text: 'f # g' } }] },
    });
  });
});
