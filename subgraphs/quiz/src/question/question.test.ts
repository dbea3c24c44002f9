import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { save, start, submit } from '../../tests/attempts.ts';
import {
  choiceInput,
  createWorld,
  makeBank,
  makeQuestion,
  makeQuiz,
  publish,
  setSlots,
  withSubject,
} from '../../tests/world.ts';

const world = await createWorld();

interface Asked {
  readonly id: string;
  readonly question: {
    readonly __typename: string;
    readonly choices: { id: string; text: string }[];
    readonly left: { id: string; text: string }[];
    readonly right: { id: string; text: string }[];
    readonly items: { id: string; text: string }[];
    readonly gaps: { id: string; choices: { id: string; text: string }[] | null }[];
  };
}

const idOf = (options: readonly { id: string; text: string }[], text: string) =>
  options.find((option) => option.text === text)?.id ?? '';

const kinds: Record<string, { body: object; answer: (asked: Asked) => object; fraction: number }> = {
  ChoiceQuestion: {
    body: {
      prompt: 'Which are prime?',
      choice: {
        multiple: true,
        partialCredit: 'PROPORTIONAL_MINUS_WRONG',
        choices: ['2', '3', '5', '4'].map((text) => ({ text, weight: text === '4' ? 0 : 1 })),
      },
    },
    answer: ({ question: { choices } }) => ({
      choice: { choiceIds: ['2', '3', '4'].map((text) => idOf(choices, text)) },
    }),
    fraction: 0.3333333333,
  },
  TextQuestion: {
    body: {
      prompt: 'Capital of Korea?',
      text: {
        answers: [
          { pattern: '서울*', weight: 1 },
          { pattern: 'seoul', weight: 0.5 },
        ],
      },
    },
    answer: () => ({ text: ' 서울특별시 '.normalize('NFD') }),
    fraction: 1,
  },
  NumericQuestion: {
    body: {
      prompt: '0.1 + 0.2?',
      numeric: { answers: [{ value: '0.3', tolerance: '0', weight: 1 }], units: ['m'] },
    },
    answer: () => ({ numeric: { value: '0.30', unit: 'm' } }),
    fraction: 1,
  },
  MatchQuestion: {
    body: {
      prompt: 'Match',
      match: {
        pairs: [
          { left: 'cat', right: 'mammal' },
          { left: 'newt', right: 'amphibian' },
          { left: 'dog', right: 'mammal' },
        ],
        distractors: ['fish'],
      },
    },
    answer: ({ question: { left, right } }) => ({
      match: [
        ['cat', 'mammal'],
        ['newt', 'fish'],
        ['dog', 'mammal'],
      ].map(([one = '', other = '']) => ({ leftId: idOf(left, one), rightId: idOf(right, other) })),
    }),
    fraction: 0.6666666667,
  },
  OrderQuestion: {
    body: { prompt: 'Order', order: { items: ['one', 'two', 'three'] } },
    answer: ({ question: { items } }) => ({
      order: ['two', 'three', 'one'].map((text) => idOf(items, text)),
    }),
    fraction: 0.5,
  },
  ClozeQuestion: {
    body: {
      prompt: 'The {{1}} is {{2}}.',
      cloze: {
        gaps: [
          { answers: [{ pattern: 'sky', weight: 1 }] },
          { choices: ['blue', 'green'], answers: [{ pattern: 'blue', weight: 1 }] },
        ],
      },
    },
    answer: ({ question: { gaps } }) => ({
      cloze: [
        { gapId: gaps[0]?.id, value: 'SKY' },
        { gapId: gaps[1]?.id, value: idOf(gaps[1]?.choices ?? [], 'green') },
      ],
    }),
    fraction: 0.5,
  },
};

describe('every kind of question', () => {
  it('is written, asked, answered and graded', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const entries = [];
    for (const { body } of Object.values(kinds))
      entries.push(await makeQuestion(world, author, { bankId, ...body }));
    const quizId = await makeQuiz(world, author);
    const slots = entries.map(({ id }) => ({ entryId: id, maxScore: 2 }));
    await setSlots(world, author, { quizId, slots, expectedRevision: 1 });
    await publish(world, author.viewer, quizId, 2);

    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    for (const item of attempt.items as Asked[]) {
      const response = kinds[item.question.__typename]?.answer(item);
      const saved = await save(world, viewer, {
        attemptId: attempt.id,
        itemId: item.id,
        response,
        clientSequence: 1,
      });
      expect(saved.__typename).toBe('AttemptItem');
    }
    const graded = await submit(world, viewer, attempt.id);
    const got = Object.fromEntries(
      graded.items.map(
        ({ question, result }: { question: { __typename: string }; result: { fraction: number } }) => [
          question.__typename,
          result.fraction,
        ],
      ),
    );
    expect(got).toEqual(
      Object.fromEntries(Object.entries(kinds).map(([kind, { fraction }]) => [kind, fraction])),
    );
    expect(graded.score).toMatchObject({ raw: 8, max: 12 });
  });
});

describe('saveQuestion', () => {
  it('writes a new version and leaves the old one as it was', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const first = await makeQuestion(world, author, choiceInput(bankId, 'first wording'));
    const input = { ...choiceInput(bankId, 'second wording'), entryId: first.id, expectedVersion: 1 };
    const second = await makeQuestion(world, author, input);
    expect(second).toMatchObject({ id: first.id, latest: { version: 2, prompt: 'second wording' } });
    expect(await makeQuestion(world, author, input)).toMatchObject({ code: 'CONFLICT' });

    const { data } = await world.ask(
      author.viewer,
      `query ($id: ID!) { questionBank(id: $id) {
        entries(first: 10, search: "SECOND") { totalCount edges { node { usedByQuizzes versions { version prompt } } } }
      } }`,
      { id: bankId },
    );
    expect(data.questionBank.entries).toEqual({
      totalCount: 1,
      edges: [
        {
          node: {
            usedByQuizzes: 0,
            versions: [
              { version: 1, prompt: 'first wording' },
              { version: 2, prompt: 'second wording' },
            ],
          },
        },
      ],
    });
  });

  it('lets one of two parallel edits win', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const entry = await makeQuestion(world, author, choiceInput(bankId, 'contested'));
    const edits = await Promise.all(
      ['one', 'two', 'three'].map((prompt) =>
        makeQuestion(world, author, {
          ...choiceInput(bankId, prompt),
          entryId: entry.id,
          expectedVersion: 1,
        }),
      ),
    );
    expect(edits.filter(({ code }) => code === 'CONFLICT')).toHaveLength(2);
  });

  it.each([
    ['no kind', {}],
    ['two kinds', { order: { items: ['a', 'b'] }, text: { answers: [{ pattern: 'a', weight: 1 }] } }],
    [
      'no right choice',
      {
        choice: {
          multiple: false,
          partialCredit: 'ALL_OR_NOTHING',
          choices: [
            { text: 'a', weight: 0 },
            { text: 'b', weight: 0 },
          ],
        },
      },
    ],
    [
      'equal choices',
      {
        choice: {
          multiple: false,
          partialCredit: 'ALL_OR_NOTHING',
          choices: [
            { text: 'a', weight: 1 },
            { text: ' a', weight: 0 },
          ],
        },
      },
    ],
    ['a weight above 1', { text: { answers: [{ pattern: 'a', weight: 1.5 }] } }],
    ['a number with a comma', { numeric: { answers: [{ value: '1,5', tolerance: '0', weight: 1 }] } }],
    ['a negative tolerance', { numeric: { answers: [{ value: '1', tolerance: '-1', weight: 1 }] } }],
    ['a gap without marker', { cloze: { gaps: [{ answers: [{ pattern: 'a', weight: 1 }] }] } }],
    [
      'an answer that cannot be chosen',
      { prompt: '{{1}}', cloze: { gaps: [{ choices: ['x', 'y'], answers: [{ pattern: 'z', weight: 1 }] }] } },
    ],
  ])('refuses %s', async (_what, body) => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const refused = await makeQuestion(world, author, { bankId, prompt: 'a question', ...body });
    expect(refused).toMatchObject({ code: 'VALIDATION' });
    expect(refused.path[0]).toBe('input');
  });

  it("does not know another author's bank, nor let learners write", async () => {
    const [author, other] = [await withSubject(world, 'AUTHOR'), await withSubject(world, 'AUTHOR')];
    const bankId = await makeBank(world, author);
    expect(await makeQuestion(world, other, choiceInput(bankId, 'intruder'))).toMatchObject({
      code: 'NOT_FOUND',
    });
    const learner = await withSubject(world, 'LEARNER');
    expect(await makeQuestion(world, learner, choiceInput(bankId, 'intruder'))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('wants skills that are the author’s own, and takes the default of the subject without any', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const other = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const foreign = { ...choiceInput(bankId, 'q'), skillIds: ['skl_01900000-0000-7000-8000-000000000009'] };
    expect(await makeQuestion(world, author, foreign)).toMatchObject({ code: 'VALIDATION' });
    await makeQuestion(world, author, choiceInput(bankId, 'q'));
    const count = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Skill { questionCount } } }`;
    const r = [{ __typename: 'Skill', id: author.defaultSkillId }];
    await world.hear('study.skill.created', {
      skillId: author.defaultSkillId,
      subjectId: author.subjectId,
      ownerId: author.viewer.id,
      code: 'general',
      title: 'General',
      prerequisiteIds: [],
    });
    expect((await world.get(author.viewer, count, { r }))._entities).toEqual([{ questionCount: 1 }]);
    expect((await world.get(other.viewer, count, { r }))._entities).toEqual([{ questionCount: null }]);
  });
});

describe('a question', () => {
  it('is found by its author with the key, by takers without, by strangers not at all', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const bankId = await makeBank(world, author);
    const entry = await makeQuestion(world, author, choiceInput(bankId, 'seen by few'));
    const quizId = await makeQuiz(world, author);
    await setSlots(world, author, {
      quizId,
      slots: [{ entryId: entry.id, maxScore: 1 }],
      expectedRevision: 1,
    });
    await publish(world, author.viewer, quizId, 2);
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on ChoiceQuestion { prompt choices { text } } ... on BankEntry { id } ... on QuestionBank { id }
    } }`;
    const r = [
      { __typename: 'ChoiceQuestion', id: entry.latest.id },
      { __typename: 'BankEntry', id: entry.id },
      { __typename: 'QuestionBank', id: bankId },
    ];
    const taker = someViewer();
    await start(world, taker, quizId);
    expect((await world.get(author.viewer, query, { r }))._entities).toMatchObject([
      { prompt: 'seen by few' },
      { id: entry.id },
      { id: bankId },
    ]);
    expect((await world.get(taker, query, { r }))._entities).toMatchObject([
      { prompt: 'seen by few' },
      null,
      null,
    ]);
    expect((await world.get(someViewer(), query, { r }))._entities).toEqual([null, null, null]);
  });
});
