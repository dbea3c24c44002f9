import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { someViewer, vectorsDirectory } from '@studymate/testkit';
import { save, start, submit } from '../../tests/attempts.ts';
import { createWorld, makeBank, makeQuiz, publish, setSlots, withSubject } from '../../tests/world.ts';

const world = await createWorld();

const read = async (viewer: Viewer, variables: Record<string, unknown>) =>
  (
    await world.get(
      viewer,
      `mutation ($bankId: ID!, $format: QuestionFormat!, $content: String!, $dryRun: Boolean! = false) {
        importQuestions(bankId: $bankId, format: $format, content: $content, dryRun: $dryRun) {
          __typename
          ... on QuestionImport { id status accepted problems { line item message } created { id latest { __typename prompt } } }
          ... on UserError { code path }
        }
      }`,
      variables,
    )
  ).importQuestions;

async function makeShelf() {
  const author = await withSubject(world, 'AUTHOR');
  return { author, bankId: await makeBank(world, author) };
}

const gift = `::Tomb::Who is buried in Grant's tomb?{~Grant =no one#Right! ~%25%his wife ####Nobody is; they are entombed.}

Grant is {=buried =entombed} in his tomb.

The sun rises in the east.{T#No.#Yes.}

Match.{=cat -> mammal =newt -> amphibian = -> fish}

Pick a number {#
  =%100%3:0.5
  =%50%1..5#wide
  ~#no
}

// the next two cannot be stored
Write about it.{}

::Broken::What{=a
`;

describe('importQuestions', () => {
  it('reads GIFT, names with its line what it cannot store, and grades what it has read', async () => {
    const { author, bankId } = await makeShelf();
    const report = await read(author.viewer, { bankId, format: 'GIFT', content: gift });
    expect(report).toMatchObject({
      status: 'DONE',
      accepted: 5,
      problems: [
        { line: 9, item: 'Pick a number', message: 'what is said to any other number is not kept' },
        { line: 16, item: null, message: 'essay questions are not supported yet' },
        { line: 18, item: 'Broken', message: 'the answers are not closed with a brace' },
      ],
    });
    const kinds = report.created.map(({ latest }: { latest: { __typename: string } }) => latest.__typename);
    expect(kinds).toEqual([
      'ChoiceQuestion',
      'TextQuestion',
      'ChoiceQuestion',
      'MatchQuestion',
      'NumericQuestion',
    ]);
    expect(report.created[1].latest.prompt).toBe('Grant is _____ in his tomb.');

    const quizId = await makeQuiz(world, author, { shuffleQuestions: false });
    const slots = report.created.map(({ id }: { id: string }) => ({ entryId: id, maxScore: 1 }));
    await setSlots(world, author, { quizId, slots, expectedRevision: 1 });
    await publish(world, author.viewer, quizId, 2);
    const viewer = someViewer();
    const attempt = await start(world, viewer, quizId);
    const [tomb, grant, sun, , number] = attempt.items;
    const idOf = ({ question }: { question: { choices: { id: string; text: string }[] } }, text: string) =>
      question.choices.find((choice) => choice.text === text)?.id;
    const send = (item: { id: string }, response: object) =>
      save(world, viewer, { attemptId: attempt.id, itemId: item.id, response, clientSequence: 1 });
    await send(tomb, { choice: { choiceIds: [idOf(tomb, 'his wife')] } });
    await send(grant, { text: 'Entombed' });
    await send(sun, { choice: { choiceIds: [idOf(sun, 'False')] } });
    await send(number, { numeric: { value: '4.5' } });
    const { items } = await submit(world, viewer, attempt.id);
    expect(items.map(({ result }: { result: { fraction: number } }) => result.fraction)).toEqual([
      0.25, 1, 0, 0, 0.5,
    ]);
    expect(items[0].result.key.explanation).toBe('Nobody is; they are entombed.');
    expect(items[2].result.feedback).toBe('No.');
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    const { author, bankId } = await makeShelf();
    const dry = await read(author.viewer, { bankId, format: 'GIFT', content: gift, dryRun: true });
    expect(dry).toMatchObject({ status: 'DRY_RUN', accepted: 5, created: [] });
    expect(await world.database.bankEntry.count({ where: { bankId } })).toBe(0);
    const wet = await read(author.viewer, { bankId, format: 'GIFT', content: gift });
    expect(wet.problems).toEqual(dry.problems);
  });

  it('reads Aiken', async () => {
    const { author, bankId } = await makeShelf();
    const content = [
      'What is the correct answer?',
      'A. Is it this one?',
      'B) Maybe this?',
      'ANSWER: B',
      '',
      'No answer here',
      'A. one',
      'B. two',
      '',
      'Wrong letter',
      'A. one',
      'B. two',
      'ANSWER: D',
    ].join('\r\n');
    expect(await read(author.viewer, { bankId, format: 'AIKEN', content })).toMatchObject({
      accepted: 1,
      created: [{ latest: { prompt: 'What is the correct answer?' } }],
      problems: [
        { line: 6, item: 'No answer here', message: 'there is no ANSWER line' },
        { line: 10, item: 'Wrong letter', message: 'there is no option D' },
      ],
    });
  });

  it('is for the author of the bank, and so is its report', async () => {
    const { author, bankId } = await makeShelf();
    const content = 'One?{=1}';
    const stranger = someViewer({ roles: ['AUTHOR'] });
    expect(await read(stranger, { bankId, format: 'GIFT', content })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await read(someViewer(), { bankId, format: 'GIFT', content })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await read(author.viewer, { bankId, format: 'GIFT', content: '' })).toMatchObject({
      code: 'VALIDATION',
      path: ['content'],
    });
    const { id } = await read(author.viewer, { bankId, format: 'GIFT', content });
    const report =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on QuestionImport { accepted } } }';
    const r = [{ __typename: 'QuestionImport', id }];
    expect((await world.get(author.viewer, report, { r }))._entities).toEqual([{ accepted: 1 }]);
    expect((await world.get(stranger, report, { r }))._entities).toEqual([null]);
  });

  const directory = `${vectorsDirectory}/gift/questions`;
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.gift')) : [];
  if (files.length === 0)
    it.skip(`loses nothing of the reference files, which are not in ${directory}`, () => undefined);
  else
    it('stores or names every question of the reference files', async () => {
      const { author, bankId } = await makeShelf();
      let [stored, named] = [0, 0];
      let expected = 0;
      for (const name of files) {
        const parsed: { type: string }[] = JSON.parse(
          readFileSync(`${directory}/${name.replace(/gift$/, 'json')}`, 'utf8'),
        );
        expected += parsed.filter(({ type }) => type !== 'Category').length;
        const content = readFileSync(`${directory}/${name}`, 'utf8');
        const report = await read(author.viewer, { bankId, format: 'GIFT', content });
        stored += report.accepted;
        named += report.problems.filter(
          ({ message }: { message: string }) => !message.includes('not kept'),
        ).length;
      }
      expect(stored + named).toBe(expected);
      expect(stored).toBeGreaterThan(expected * 0.75);
    });
});
