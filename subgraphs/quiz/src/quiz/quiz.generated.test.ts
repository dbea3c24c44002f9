import { describe, expect, it } from '@jest/globals';
import { newId, type QuizOutput } from '@studymate/contracts';
import { outboxOf, someViewer } from '@studymate/testkit';
import { pick, readAttempt, save, start, submit } from '../../tests/attempts.ts';
import { createWorld, produceQuiz, withSubject } from '../../tests/world.ts';

const world = await createWorld();

const sources = [{ materialId: 'mat_1', revision: 1, start: 0, end: 5, quote: 'cells' }];
const output: QuizOutput = {
  kind: 'QUIZ',
  title: 'Cells in short',
  language: 'en',
  difficulty: 'EASY',
  questions: [
    {
      type: 'CHOICE',
      prompt: 'What do cells have?',
      explanation: 'secret explanation',
      difficulty: 'EASY',
      sources,
      choices: [
        { text: 'the right one', correct: true, feedback: 'secret praise' },
        { text: 'wheels', correct: false, feedback: '' },
      ],
    },
    { type: 'TEXT', prompt: 'Say it', explanation: '', difficulty: 'HARD', sources, answers: ['secret a*b'] },
    {
      type: 'CLOZE',
      prompt: 'Every {{1}} has a {{2}}.',
      explanation: '',
      difficulty: 'MEDIUM',
      sources,
      gaps: [{ answers: ['secret cell'] }, { answers: ['wall', 'hull'], choices: ['wall', 'door'] }],
    },
    // Two equal choices: nobody can answer that, so it is left out.
    {
      type: 'CHOICE',
      prompt: 'Broken',
      explanation: '',
      difficulty: 'EASY',
      sources,
      choices: [
        { text: 'same', correct: true, feedback: '' },
        { text: 'same', correct: false, feedback: '' },
      ],
    },
  ],
};

describe('a quiz made by AI', () => {
  it('is stored under the promised id, published for its learner, and told of', async () => {
    const learner = await withSubject(world, 'LEARNER');
    const { outputId, generationId } = await produceQuiz(world, learner, output);
    const { quiz } = await world.get(
      learner.viewer,
      `query ($id: ID!) { quiz(id: $id) { title status visibility difficulty questionCount maxScore createdBy { id } subject { id }
        settings { timeLimitSeconds maxAttempts } startability { canStart } } }`,
      { id: outputId },
    );
    expect(quiz).toEqual({
      title: 'Cells in short',
      status: 'PUBLISHED',
      visibility: 'PRIVATE',
      difficulty: 'EASY',
      questionCount: 3,
      maxScore: 3,
      createdBy: { id: learner.viewer.id },
      subject: { id: learner.subjectId },
      settings: { timeLimitSeconds: null, maxAttempts: null },
      startability: { canStart: true },
    });
    const told = await outboxOf(world.database);
    expect(told.filter(({ payload }) => payload.outputId === outputId)).toEqual([
      { name: 'quiz.output.stored', payload: { generationId, outputId } },
    ]);
    expect(told.filter(({ payload }) => payload.quizId === outputId)).toMatchObject([
      { name: 'quiz.quiz.published', payload: { skillIds: [learner.defaultSkillId], questionCount: 3 } },
    ]);
    const stranger = await world.get(someViewer(), 'query ($id: ID!) { quiz(id: $id) { title } }', {
      id: outputId,
    });
    expect(stranger.quiz).toBeNull();
  });

  it('keeps its keys even from an author whose material it is, until he has taken it', async () => {
    const author = await withSubject(world, 'AUTHOR');
    const { outputId } = await produceQuiz(world, author, output);
    const attempt = await start(world, author.viewer, outputId);
    const entry = await world.database.bankEntry.findFirstOrThrow({
      where: { slots: { some: { quizId: outputId } } },
    });
    const looked = await world.ask(
      author.viewer,
      `query ($quizId: ID!, $bankId: ID!, $r: [_Any!]!) {
        quiz(id: $quizId) { slots { number } statistics { attempts } }
        questionBank(id: $bankId) { title }
        _entities(representations: $r) {
          ... on BankEntry { id } ... on Question { prompt answerKey { explanation rules { response } } }
          ... on Subject { questionBanks { id } }
        }
      }`,
      {
        quizId: outputId,
        bankId: entry.bankId,
        r: [
          { __typename: 'BankEntry', id: entry.id },
          { __typename: 'Subject', id: author.subjectId },
          ...attempt.items.map(({ question }: { question: { __typename: string; id: string } }) => ({
            __typename: question.__typename,
            id: question.id,
          })),
        ],
      },
    );
    expect(looked.data.quiz).toEqual({ slots: null, statistics: null });
    expect(looked.data.questionBank).toBeNull();
    expect(looked.data._entities.slice(0, 2)).toEqual([null, { questionBanks: [] }]);
    expect(looked.data._entities[2]).toMatchObject({ answerKey: null });
    expect(JSON.stringify([looked, attempt])).not.toContain('secret');
  });

  it('is taken and graded like any other, stars taken literally', async () => {
    const learner = await withSubject(world, 'LEARNER');
    const { outputId } = await produceQuiz(world, learner, output);
    const { viewer } = learner;
    const attempt = await start(world, viewer, outputId);
    const byKind = new Map<string, (typeof attempt.items)[number]>(
      attempt.items.map((item: { question: { __typename: string } }) => [item.question.__typename, item]),
    );
    const [choice, text, cloze] = ['ChoiceQuestion', 'TextQuestion', 'ClozeQuestion'].map((kind) =>
      byKind.get(kind),
    );
    const send = (item: { id: string }, response: object) =>
      save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
    await send(choice, { choice: { choiceIds: [pick(choice, true)] } });
    await send(text, { text: 'secret axxb' });
    const [free, chosen] = cloze.question.gaps;
    const wall = chosen.choices.find((option: { text: string }) => option.text === 'wall');
    await send(cloze, {
      cloze: [
        { gapId: free.id, value: 'Secret Cell' },
        { gapId: chosen.id, value: wall.id },
      ],
    });
    expect((await submit(world, viewer, attempt.id)).score).toMatchObject({ raw: 2, max: 3 });
    const graded = JSON.stringify(await readAttempt(world, viewer, attempt.id));
    for (const revealed of ['secret explanation', 'secret praise', 'secret cell'])
      expect(graded).toContain(revealed);
  });

  it('is stored once, however often the event comes', async () => {
    const learner = await withSubject(world, 'LEARNER');
    const produced = await produceQuiz(world, learner, output);
    await world.hear('ai.generation.produced', produced);
    expect(await world.database.questionBank.count({ where: { ownerId: learner.viewer.id } })).toBe(1);
    const told = await outboxOf(world.database);
    expect(
      told.filter(
        ({ name, payload }) => name === 'quiz.output.stored' && payload.outputId === produced.outputId,
      ),
    ).toHaveLength(1);
  });

  it('is tried again when the object or the subject is not there yet, and leaves nothing half done', async () => {
    const learner = await withSubject(world, 'LEARNER');
    const produced = await produceQuiz(world, learner, output);
    const missing = { ...produced, outputId: newId('Quiz'), outputKey: 'generations/none.json' };
    await expect(world.hear('ai.generation.produced', missing)).rejects.toThrow('no object');
    const early = { ...produced, outputId: newId('Quiz'), subjectId: newId('Subject') };
    await expect(world.hear('ai.generation.produced', early)).rejects.toThrow('not known yet');
    expect(
      await world.database.quiz.count({ where: { id: { in: [missing.outputId, early.outputId] } } }),
    ).toBe(0);
  });

  it('leaves the outputs of other kinds to others', async () => {
    const learner = await withSubject(world, 'LEARNER');
    const produced = await produceQuiz(world, learner, output);
    const summary = { ...produced, kind: 'SUMMARY' as const, outputId: newId('Summary') };
    await world.hear('ai.generation.produced', summary);
    expect(await world.database.quiz.count({ where: { id: summary.outputId } })).toBe(0);
  });
});
