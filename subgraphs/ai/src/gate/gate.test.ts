import { describe, expect, it } from '@jest/globals';
import { answeredFlaws, choice, gateQuiz, quote, source } from '../../tests/planted.ts';
import { passGate } from './gate.ts';

describe('the gate', () => {
  it('lets a sound question through with its span', () => {
    const { output, quality } = gateQuiz([choice()]);

    expect(quality).toMatchObject({
      passed: true,
      groundedFraction: 1,
      itemWritingFlaws: [],
      answerableFromSource: 1,
    });
    expect(output?.kind === 'QUIZ' && output.questions[0]?.sources).toEqual([
      {
        materialId: 'mat_1',
        revision: 3,
        start: source.text.indexOf(quote),
        end: source.text.indexOf(quote) + quote.length,
        quote,
      },
    ]);
  });

  const planted: [string, ReturnType<typeof choice>, string][] = [
    ['no key', choice({ choices: [{ text: 'Stroma' }, { text: 'Granum' }] }), 'KEY_NOT_AMONG_CHOICES'],
    [
      'two keys',
      choice({
        choices: [
          { text: 'Chlorophyll', correct: true },
          { text: 'Granum', correct: true },
        ],
      }),
      'SEVERAL_KEYS',
    ],
    [
      'a choice twice',
      choice({
        choices: [{ text: 'Chlorophyll', correct: true }, { text: 'Granum' }, { text: ' granum. ' }],
      }),
      'DUPLICATE_CHOICES',
    ],
    [
      'the key standing out by its length',
      choice({
        choices: [
          { text: 'The green pigment that absorbs the light energy which the plant needs', correct: true },
          { text: 'A kind of sugar' },
          { text: 'A small pore' },
        ],
      }),
      'KEY_IS_LONGEST',
    ],
    [
      'all of the above',
      choice({ choices: [{ text: 'Chlorophyll', correct: true }, { text: 'All of the above' }] }),
      'ALL_OF_THE_ABOVE',
    ],
    ['an unmarked negation', choice({ prompt: 'Which of these is not a pigment?' }), 'UNMARKED_NEGATION'],
    [
      'the answer in the stem',
      choice({ prompt: 'Chlorophyll is green. What is the green pigment called?' }),
      'ANSWER_IN_STEM',
    ],
    [
      'another language',
      choice({
        prompt: '다음 중 초록색 색소는 무엇인가?',
        choices: [{ text: '엽록소', correct: true }, { text: '기공' }],
      }),
      'WRONG_LANGUAGE',
    ],
    [
      'a quote that is not in the text',
      choice({ quotes: ['Chlorophyll is made of cheese.'] }),
      'NOT_GROUNDED',
    ],
  ];
  for (const [what, question, rule] of planted) {
    it(`drops a question with ${what}, and names the rule`, () => {
      const { output, quality } = gateQuiz([question, choice({ prompt: 'Which pigment is green?' })]);

      expect(answeredFlaws(quality)).toContain(rule);
      expect(quality.itemWritingFlaws.every(({ questionIndex }) => questionIndex === 0)).toBe(true);
      expect(output?.kind === 'QUIZ' && output.questions.map(({ prompt }) => prompt)).toEqual([
        'Which pigment is green?',
      ]);
    });
  }

  it('lets a marked negation pass, and a Korean one drop', () => {
    expect(
      answeredFlaws(gateQuiz([choice({ prompt: 'Which of these is **not** a sugar?' })]).quality),
    ).toEqual([]);
    const korean = choice({
      prompt: '다음 중 색소가 아닌 것은?',
      choices: [{ text: '포도당', correct: true }, { text: '엽록소' }],
    });
    expect(answeredFlaws(gateQuiz([korean], 'ko').quality)).toContain('UNMARKED_NEGATION');
  });

  it('drops the second of two equal questions', () => {
    const { output, quality } = gateQuiz([choice(), choice({ prompt: 'Which pigment absorbs   light?' })]);

    expect(quality.duplicateQuestions).toBe(1);
    expect(output?.kind === 'QUIZ' && output.questions.length).toBe(1);
  });

  it('drops gaps whose markers do not fit', () => {
    const gap = { type: 'CLOZE' as const, explanation: '', difficulty: 'EASY' as const, quotes: [quote] };
    const { quality } = gateQuiz([
      { ...gap, prompt: 'The green pigment is {{2}}.', gaps: [{ answers: ['chlorophyll'], choices: [] }] },
      { ...gap, prompt: 'Chlorophyll is {{1}}.', gaps: [{ answers: ['green'], choices: ['red', 'blue'] }] },
      choice(),
      choice({ prompt: 'Which pigment is green?' }),
    ]);

    expect(answeredFlaws(quality)).toEqual(['MALFORMED_GAPS', 'KEY_NOT_AMONG_CHOICES']);
  });

  it('trusts nothing when more than half is unsound', () => {
    const bad = choice({ quotes: ['Not in the text at all.'] });

    const { output, quality } = gateQuiz([choice(), bad, bad]);

    expect(output).toBeNull();
    expect(quality).toMatchObject({ passed: false, uncitedClaims: 2 });
  });

  it("finds a quote whose white space differs, and cites the text's own", () => {
    const text = 'Some words.\nStomata are tiny\npores of the leaf. More words.';
    const { output } = passGate(
      {
        kind: 'SUMMARY',
        points: [
          { heading: '', text: 'Stomata are pores.', quotes: ['Stomata are tiny pores of the leaf.'] },
        ],
      },
      { source: { ...source, text }, language: 'en', title: 'Leaf', style: 'BULLETS', difficulty: 'EASY' },
    );

    expect(output?.kind === 'SUMMARY' && output.citations).toMatchObject([
      { start: 12, end: 47, quote: 'Stomata are tiny\npores of the leaf.' },
    ]);
    expect(output?.kind === 'SUMMARY' && output.body).toBe('- Stomata are pores. [1]');
  });

  it('drops the points of a summary that the text does not carry', () => {
    const { output, quality } = passGate(
      {
        kind: 'SUMMARY',
        points: [
          { heading: 'Colour', text: 'Chlorophyll is green.', quotes: [quote] },
          { heading: 'Colour', text: 'The moon is cheese.', quotes: ['The moon is cheese.'] },
          { heading: 'Leaf', text: 'Stomata let gases pass.', quotes: ['Stomata let gases in and out.'] },
        ],
      },
      { source, language: 'en', title: 'Leaf', style: 'OUTLINE', difficulty: 'EASY' },
    );

    expect(quality).toMatchObject({ uncitedClaims: 1, groundedFraction: 2 / 3, passed: true });
    expect(output?.kind === 'SUMMARY' && output.body).toBe(
      '## Colour\n\n- Chlorophyll is green. [1]\n\n## Leaf\n\n- Stomata let gases pass. [2]',
    );
  });
});
