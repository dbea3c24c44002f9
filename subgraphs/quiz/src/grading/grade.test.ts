import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joinHalves } from '../attempt/attempt.grading.ts';
import type { AnswerKeyContent } from '../question/answer-key.ts';
import type { PartialCredit, QuestionContent } from '../question/content.ts';
import type { StoredResponse } from '../question/response.ts';
import { grade } from './grade.ts';

const fractionOf = (content: QuestionContent, key: AnswerKeyContent, response: StoredResponse | null) =>
  grade(joinHalves(content, key), response).fraction?.toNumber();

function choiceQuestion(partialCredit: PartialCredit, multiple: boolean, weights: Record<string, string>) {
  const ids = Object.keys(weights);
  const content: QuestionContent = {
    kind: 'CHOICE',
    choices: ids.map((id) => ({ id, text: id })),
    multiple,
    partialCredit,
  };
  const key: AnswerKeyContent = {
    kind: 'CHOICE',
    weights: ids.map((id) => ({ choiceId: id, weight: weights[id] ?? '0', feedback: `you took ${id}` })),
  };
  return { content, key };
}

describe('choice', () => {
  const fourWay = { a: '1', b: '1', c: '1', x: '0', y: '0' };
  it.each<[PartialCredit, string, number]>([
    ['ALL_OR_NOTHING', 'a b c', 1],
    ['ALL_OR_NOTHING', 'c b a', 1],
    ['ALL_OR_NOTHING', 'a b', 0],
    ['ALL_OR_NOTHING', 'a b c x', 0],
    ['PROPORTIONAL', 'a b', 0.6666666667],
    ['PROPORTIONAL', 'a x y', 0.3333333333],
    ['PROPORTIONAL', 'a b c', 1],
    ['PROPORTIONAL_MINUS_WRONG', 'a b c x', 0.6666666667],
    ['PROPORTIONAL_MINUS_WRONG', 'a x', 0],
    ['PROPORTIONAL_MINUS_WRONG', 'x y', 0],
    ['PROPORTIONAL_MINUS_WRONG', 'a b c', 1],
  ])('%s gives %s a credit of %d', (mode, chosen, expected) => {
    const { content, key } = choiceQuestion(mode, true, fourWay);
    expect(fractionOf(content, key, { kind: 'CHOICE', choiceIds: chosen.split(' ') })).toBe(expected);
  });

  it.each([
    ['a', 0.3333333],
    ['a b c', 1],
    ['a x', 0],
    ['a b c x', 0],
    ['h', 0.5],
    ['s t', 0.3],
  ])('EXPLICIT_WEIGHTS adds the weights of %s to %d', (chosen, expected) => {
    const third = '0.3333333';
    const weights = { a: third, b: third, c: third, x: '-1', h: '0.5', s: '0.1', t: '0.2' };
    const { content, key } = choiceQuestion('EXPLICIT_WEIGHTS', true, weights);
    expect(fractionOf(content, key, { kind: 'CHOICE', choiceIds: chosen.split(' ') })).toBe(expected);
  });

  it('takes one of several right choices where only one may be picked, and never two', () => {
    const { content, key } = choiceQuestion('ALL_OR_NOTHING', false, { a: '1', b: '1', x: '0' });
    expect(fractionOf(content, key, { kind: 'CHOICE', choiceIds: ['b'] })).toBe(1);
    expect(fractionOf(content, key, { kind: 'CHOICE', choiceIds: ['x'] })).toBe(0);
    expect(fractionOf(content, key, { kind: 'CHOICE', choiceIds: ['a', 'b'] })).toBe(0);
  });

  it('says what the author says to each choice taken, and what the grade is worth', () => {
    const { content, key } = choiceQuestion('PROPORTIONAL', true, fourWay);
    const graded = grade(joinHalves(content, key), { kind: 'CHOICE', choiceIds: ['x', 'a'] });
    expect(graded).toMatchObject({ correctness: 'PARTIAL', feedback: 'you took a\n\nyou took x' });
    expect(grade(joinHalves(content, key), { kind: 'CHOICE', choiceIds: [] }).correctness).toBe('UNANSWERED');
    expect(grade(joinHalves(content, key), null).correctness).toBe('UNANSWERED');
  });

  it('does not depend on the order of the key, the choices or the answer', () => {
    const modes = fc.constantFrom<PartialCredit>(
      'ALL_OR_NOTHING',
      'PROPORTIONAL',
      'PROPORTIONAL_MINUS_WRONG',
      'EXPLICIT_WEIGHTS',
    );
    const weights = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer({ min: -10, max: 10 }), {
      minKeys: 1,
      maxKeys: 8,
    });
    fc.assert(
      fc.property(modes, weights, fc.infiniteStream(fc.nat()), (mode, tenths, random) => {
        const { content, key } = choiceQuestion(
          mode,
          true,
          Object.fromEntries(Object.entries(tenths).map(([id, tenth]) => [id, String(tenth / 10)])),
        );
        if (content.kind !== 'CHOICE' || key.kind !== 'CHOICE') throw new Error('not a choice');
        const chosen = content.choices.map(({ id }) => id).filter(() => (random.next().value ?? 0) % 2 === 0);
        const there = fractionOf(content, key, { kind: 'CHOICE', choiceIds: chosen });
        const back = fractionOf(
          { ...content, choices: content.choices.toReversed() },
          { ...key, weights: key.weights.toReversed() },
          { kind: 'CHOICE', choiceIds: chosen.toReversed() },
        );
        expect(back).toBe(there);
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('text', () => {
  const rule = (pattern: string, weight = '1') => ({ pattern, weight, feedback: null });
  const gradeText = (patterns: ReturnType<typeof rule>[], text: string, caseSensitive = false) =>
    fractionOf(
      { kind: 'TEXT', caseSensitive, maxLength: null },
      { kind: 'TEXT', answers: patterns },
      { kind: 'TEXT', text },
    );

  it.each([
    ['Straße', 'STRASSE', 1],
    ['Sokrates', '  sokrates\t', 1],
    ['한국', '한국'.normalize('NFD'), 1],
    ['café au lait', 'CAFE\u0301  au\u00a0lait', 1],
    ['ὀδός', 'ὈΔΌΣ', 1],
    ['abc', 'abd', 0],
    ['a*e', 'apple', 1],
    ['a*e', 'ae', 1],
    ['a*e', 'apples', 0],
    ['*cat*', 'a cat sat', 1],
    ['2 \\* 3', '2 * 3', 1],
    ['2 \\* 3', '2 x 3', 0],
    ['*', 'anything', 1],
    ['a.c', 'abc', 0],
  ])('%s fits %j: %d', (pattern, text, expected) => {
    expect(gradeText([rule(pattern)], text)).toBe(expected);
  });

  it('tells cases apart only when it should', () => {
    expect(gradeText([rule('Na')], 'NA', false)).toBe(1);
    expect(gradeText([rule('Na')], 'NA', true)).toBe(0);
    expect(gradeText([rule('Na')], 'Na', true)).toBe(1);
  });

  it('gives the credit of the first rule that fits', () => {
    const rules = [rule('*not*', '0'), rule('*whale*', '1'), rule('*', '0.25')];
    expect(gradeText(rules, 'a whale')).toBe(1);
    expect(gradeText(rules, 'not a whale')).toBe(0);
    expect(gradeText(rules, 'a fish')).toBe(0.25);
  });

  it('agrees with a regular expression on every pattern', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '가'), maxLength: 8 });
    const patterns = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '가', '*'),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(letters, patterns, (text, pattern) => {
        fc.pre(text !== '');
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u').test(text);
        expect(gradeText([rule(pattern)], text)).toBe(expected ? 1 : 0);
      }),
    );
  });

  it('answers a hostile pattern at once', () => {
    const before = performance.now();
    expect(gradeText([rule(`${'a*'.repeat(200)}b`)], 'a'.repeat(5_000))).toBe(0);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe('numeric', () => {
  const gradeNumber = (
    rules: [string, string, string][],
    value: string,
    unit: string | null = null,
    units: string[] = [],
  ) =>
    fractionOf(
      { kind: 'NUMERIC', units },
      {
        kind: 'NUMERIC',
        answers: rules.map(([answer, tolerance, weight]) => ({
          value: answer,
          tolerance,
          weight,
          feedback: null,
        })),
      },
      { kind: 'NUMERIC', value, unit },
    );

  it.each([
    ['0.3', '0', '0.3', 1],
    ['0.3', '0', '0.30000000000000004', 0],
    ['0.3', '0.1', '0.4', 1],
    ['0.3', '0.1', '0.2', 1],
    ['0.3', '0.1', '0.1999999999999999999999999', 0],
    ['1e20', '0', '100000000000000000000', 1],
    ['1e20', '0', '100000000000000000001', 0],
    ['-1', '0', '\u22121', 1],
    ['1822', '0', ' 1822. ', 1],
    ['0.5', '0', '.5', 1],
    ['1', '0', '1,0', 0],
    ['1', '0', 'one', 0],
  ])('%s ± %s takes %j: %d', (answer, tolerance, given, expected) => {
    expect(gradeNumber([[answer, tolerance, '1']], given)).toBe(expected);
  });

  it('gives less for less exact', () => {
    const rules: [string, string, string][] = [
      ['1822', '0', '1'],
      ['1822', '2', '0.5'],
    ];
    expect(gradeNumber(rules, '1822')).toBe(1);
    expect(gradeNumber(rules, '1824')).toBe(0.5);
    expect(gradeNumber(rules, '1825')).toBe(0);
  });

  it('wants one of the units where there are units', () => {
    expect(gradeNumber([['5', '0', '1']], '5', 'm', ['m', 'metres'])).toBe(1);
    expect(gradeNumber([['5', '0', '1']], '5', 's', ['m', 'metres'])).toBe(0);
    expect(gradeNumber([['5', '0', '1']], '5', null, ['m', 'metres'])).toBe(0);
  });

  it('decides every boundary exactly', () => {
    const tenths = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const asDecimal = (value: number) =>
      `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 1000)}.${String(Math.abs(value) % 1000).padStart(3, '0')}`;
    fc.assert(
      fc.property(tenths, fc.nat(5_000), tenths, (value, tolerance, given) => {
        const expected = Math.abs(given - value) <= tolerance ? 1 : 0;
        expect(gradeNumber([[asDecimal(value), asDecimal(tolerance), '1']], asDecimal(given))).toBe(expected);
      }),
    );
  });
});

describe('match, order and cloze', () => {
  it('counts right pairs, whichever side order was shown', () => {
    const sides = (ids: string[]) => ids.map((id) => ({ id, text: id }));
    const content: QuestionContent = {
      kind: 'MATCH',
      left: sides(['1', '2', '3', '4']),
      right: sides(['a', 'b', 'c']),
    };
    const pairs = [
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'a'],
      ['4', 'c'],
    ].map(([leftId = '', rightId = '']) => ({ leftId, rightId }));
    const key: AnswerKeyContent = { kind: 'MATCH', pairs };
    expect(fractionOf(content, key, { kind: 'MATCH', pairs: pairs.toReversed() })).toBe(1);
    expect(fractionOf(content, key, { kind: 'MATCH', pairs: pairs.slice(0, 1) })).toBe(0.25);
    expect(fractionOf(content, key, { kind: 'MATCH', pairs: [{ leftId: '1', rightId: 'b' }] })).toBe(0);
  });

  it.each([
    ['a b c d', 1],
    ['d c b a', 0],
    ['b c d a', 0.6666666667],
    ['a b d c', 0.3333333333],
  ])('gives the order %s a credit of %d', (given, expected) => {
    const itemIds = ['a', 'b', 'c', 'd'];
    const content: QuestionContent = { kind: 'ORDER', items: itemIds.map((id) => ({ id, text: id })) };
    expect(
      fractionOf(content, { kind: 'ORDER', itemIds }, { kind: 'ORDER', itemIds: given.split(' ') }),
    ).toBe(expected);
  });

  it('averages gaps, free ones by text and chosen ones by id', () => {
    const content: QuestionContent = {
      kind: 'CLOZE',
      gaps: [
        { id: 'g1', choices: null },
        {
          id: 'g2',
          choices: [
            { id: 'o1', text: 'red' },
            { id: 'o2', text: 'blue' },
          ],
        },
        { id: 'g3', choices: null },
      ],
    };
    const free = (gapId: string, pattern: string) => ({
      kind: 'FREE' as const,
      gapId,
      caseSensitive: false,
      answers: [{ pattern, weight: '1', feedback: null }],
    });
    const key: AnswerKeyContent = {
      kind: 'CLOZE',
      gaps: [
        free('g1', 'Paris'),
        { kind: 'CHOICE', gapId: 'g2', answers: [{ choiceId: 'o2', weight: '1', feedback: 'Well seen.' }] },
        free('g3', '7'),
      ],
    };
    const answer = (values: Record<string, string>): StoredResponse => ({
      kind: 'CLOZE',
      gaps: Object.entries(values).map(([gapId, value]) => ({ gapId, value })),
    });
    expect(fractionOf(content, key, answer({ g3: '7', g2: 'o2', g1: 'paris' }))).toBe(1);
    expect(fractionOf(content, key, answer({ g1: 'paris', g2: 'blue' }))).toBe(0.3333333333);
    expect(grade(joinHalves(content, key), answer({ g2: 'o2' }))).toMatchObject({ feedback: 'Well seen.' });
    expect(grade(joinHalves(content, key), answer({ g1: ' ' })).correctness).toBe('UNANSWERED');
  });

  it('takes an answer of another kind for none', () => {
    const { content, key } = choiceQuestion('ALL_OR_NOTHING', false, { a: '1', b: '0' });
    expect(grade(joinHalves(content, key), { kind: 'TEXT', text: 'a' }).correctness).toBe('UNANSWERED');
  });
});
