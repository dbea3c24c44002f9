import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { exportBank, makeShelf, read } from '../../tests/exchange.ts';
import { createWorld, makeBank, makeQuestion, produceQuiz, withSubject } from '../../tests/world.ts';

const world = await createWorld();

const feedback = 'said';
const bodies = [
  {
    prompt: 'Choose *one*.',
    difficulty: 'HARD',
    language: 'en',
    defaultScore: 2.5,
    choice: {
      multiple: false,
      partialCredit: 'ALL_OR_NOTHING',
      choices: [
        { text: 'alpha', weight: 1, feedback },
        { text: 'beta {x} = <y>', weight: 0 },
      ],
    },
  },
  {
    prompt: 'Choose some.',
    choice: {
      multiple: true,
      partialCredit: 'PROPORTIONAL_MINUS_WRONG',
      choices: [
        { text: 'a', weight: 1 },
        { text: 'b', weight: 1 },
        { text: 'c', weight: 0 },
      ],
    },
  },
  {
    prompt: 'Write.',
    text: { answers: [{ pattern: 'H*O', weight: 0.5, feedback }], caseSensitive: true, maxLength: 9 },
  },
  {
    prompt: 'Count.',
    numeric: { answers: [{ value: '3.14', tolerance: '0.01', weight: 1 }], units: ['rad'] },
  },
  {
    prompt: 'Match.',
    match: {
      pairs: [
        { left: 'cat', right: 'mammal' },
        { left: 'newt', right: 'amphibian' },
      ],
      distractors: ['fish'],
    },
  },
  {
    prompt: 'Discuss.',
    essay: {
      rubric: [{ title: 'Depth', levels: [{ points: 3, description: 'Deep <enough>' }] }],
      minWords: 50,
    },
  },
  { prompt: 'Order.', order: { items: ['first', 'second', 'third'] } },
  {
    prompt: 'Fill {{2}} and {{1}}.',
    cloze: {
      gaps: [
        { answers: [{ pattern: 'one', weight: 1, feedback }] },
        { choices: ['red', 'blue'], answers: [{ pattern: 'blue', weight: 1 }] },
      ],
    },
  },
];

async function fillShelf() {
  const { author, bankId } = await makeShelf(world);
  for (const body of bodies) await makeQuestion(world, author, { bankId, explanation: 'because', ...body });
  return { author, bankId };
}

const sources = [{ materialId: 'mat_1', revision: 1, start: 0, end: 5, quote: 'cells' }];

const ask = `mutation ($bankId: ID!) { exportQuestions(bankId: $bankId, format: MOODLE_XML) { downloadUrl } }`;

describe('exportQuestions', () => {
  it('writes every kind of question so that it can be read again as it was', async () => {
    const { author, bankId } = await fillShelf();
    const first = await exportBank(world, author.viewer, { bankId, format: 'MOODLE_XML' });
    expect(first).toMatchObject({
      filename: 'Cells.xml',
      questionCount: bodies.length,
      problemCount: 0,
      problems: [],
    });

    const copyId = await makeBank(world, author);
    const content = first.file.toString();
    const report = await read(world, author.viewer, { bankId: copyId, format: 'MOODLE_XML', content });
    expect(report).toMatchObject({ accepted: bodies.length, problems: [] });
    const second = await exportBank(world, author.viewer, { bankId: copyId, format: 'MOODLE_XML' });
    expect(second.file.toString()).toBe(content);
    expect(second.sha256).toBe(first.sha256);
  });

  it('names what a format cannot carry, and leaves out what would be graded otherwise', async () => {
    const { author, bankId } = await fillShelf();
    const gift = await exportBank(world, author.viewer, { bankId, format: 'GIFT' });
    expect(
      gift.problems.map(({ item, message }: { item: string; message: string }) => `${item} ${message}`),
    ).toEqual([
      'Choose *one*. its language is not carried',
      'Choose *one*. its difficulty is not carried',
      'Choose *one*. its points are not carried',
      'Choose some. its partial credit is written as weights',
      'Write. left out: the format cannot carry its answers',
      'Count. left out: the format has no such questions',
      'Discuss. its rubric and least number of words are not carried',
      'Order. left out: the format has no such questions',
      'Fill {{1}} and {{2}}. left out: the format has no such questions',
    ]);
    expect(gift.questionCount).toBe(4);
    const aiken = await exportBank(world, author.viewer, { bankId, format: 'AIKEN' });
    expect(aiken.file.toString()).toBe('Choose *one*.\nA. alpha\nB. beta {x} = <y>\nANSWER: A\n');
    expect(aiken.problemCount).toBe(5 + 7);
  });

  it('is for the author of the bank, and for nobody who takes its questions', async () => {
    const { bankId } = await fillShelf();
    const stored = world.bodies.size;
    for (const viewer of [someViewer({ roles: ['AUTHOR'] }), someViewer({ roles: ['ADMIN'] })]) {
      const { data, errors } = await world.ask(viewer, ask, { bankId });
      expect(data?.exportQuestions ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    }
    for (const viewer of [someViewer(), null]) {
      const { data, errors } = await world.ask(viewer, ask, { bankId });
      expect(data?.exportQuestions ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: viewer ? 'FORBIDDEN' : 'UNAUTHENTICATED' } }]);
    }
    expect(world.bodies.size).toBe(stored);
  });

  it('gives nobody the questions that were made from their own material', async () => {
    const learner = await withSubject(world, 'AUTHOR');
    const choices = ['yes', 'no'].map((text, index) => ({ text, correct: index === 0, feedback: '' }));
    const question = {
      type: 'CHOICE',
      prompt: 'Is it?',
      explanation: '',
      difficulty: 'EASY',
      sources,
      choices,
    } as const;
    const output = { kind: 'QUIZ', title: 'Made', language: 'en', difficulty: 'EASY' } as const;
    await produceQuiz(world, learner, { ...output, questions: [question] });
    const bank = await world.database.questionBank.findFirstOrThrow({
      where: { ownerId: learner.viewer.id },
    });
    expect(bank.origin).toBe('GENERATED');
    const { errors } = await world.ask(learner.viewer, ask, { bankId: bank.id });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('asks as often for many questions as for one', async () => {
    const { author, bankId } = await makeShelf(world);
    const write = (from: number, count: number) =>
      read(world, author.viewer, {
        bankId,
        format: 'GIFT',
        content: Array.from({ length: count }, (_, index) => `Q ${from + index}?{=x}`).join('\n\n'),
      });
    await write(0, 1);
    const one = await world.askCounting(author.viewer, ask, { bankId });
    await write(1, 40);
    const many = await world.askCounting(author.viewer, ask, { bankId });
    expect(one.errors).toEqual([]);
    expect(many.queries).toBe(one.queries);
  });
});

describe('importQuestions', () => {
  it('asks as often for many questions as for a few', async () => {
    const { author, bankId } = await makeShelf(world);
    const mutation = `mutation ($bankId: ID!, $content: String!) {
      importQuestions(bankId: $bankId, format: GIFT, content: $content) {
        ... on QuestionImport { accepted problems { line } created { id title latest { prompt } } }
      }
    }`;
    const content = (from: number, count: number) =>
      ['A description.', ...Array.from({ length: count }, (_, index) => `Q ${from + index}?{=x}`)].join(
        '\n\n',
      );
    const few = await world.askCounting(author.viewer, mutation, { bankId, content: content(0, 2) });
    const many = await world.askCounting(author.viewer, mutation, { bankId, content: content(2, 90) });
    expect(many.data?.importQuestions.accepted).toBe(90);
    expect(many.queries).toBe(few.queries);
  });
});
