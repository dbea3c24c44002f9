import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { someKey, someViewer, vectorsDirectory } from '@studymate/testkit';
import { save, start, submit } from '../../tests/attempts.ts';
import { makeShelf, read } from '../../tests/exchange.ts';
import { createWorld, makeBank, makeQuiz, publish, setSlots, withSubject } from '../../tests/world.ts';

const world = await createWorld();

const gift = `::Tomb::Who is buried in Grant's tomb?{~Grant =no one#Right! ~%25%his wife ####Nobody is; they are entombed.}

Grant is {=buried =entombed} in his tomb.

The sun rises in the east.{T#No.#Yes.}

Match.{=cat -> mammal =newt -> amphibian = -> fish}

Pick a number {#
  =%100%3:0.5
  =%50%1..5#wide
  ~#no
}

// the first of these needs a rubric, the second cannot be stored
Write about it.{}

::Broken::What{=a
`;

describe('importQuestions', () => {
  it('reads GIFT, names with its line what it cannot store, and grades what it has read', async () => {
    const { author, bankId } = await makeShelf(world);
    const report = await read(world, author.viewer, { bankId, format: 'GIFT', content: gift });
    expect(report).toMatchObject({
      status: 'DONE',
      accepted: 6,
      problems: [
        { line: 9, item: 'Pick a number', message: 'what is said to any other number is not kept' },
        {
          line: 16,
          item: 'Write about it.',
          message: 'it comes without a rubric: it was given one criterion, worth one point',
        },
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
      'EssayQuestion',
    ]);
    expect(report.created[1].latest.prompt).toBe('Grant is _____ in his tomb.');

    const quizId = await makeQuiz(world, author, { shuffleQuestions: false });
    const slots = report.created.slice(0, 5).map(({ id }: { id: string }) => ({ entryId: id, maxScore: 1 }));
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
    const { author, bankId } = await makeShelf(world);
    const dry = await read(world, author.viewer, { bankId, format: 'GIFT', content: gift, dryRun: true });
    expect(dry).toMatchObject({ status: 'DRY_RUN', accepted: 6, created: [] });
    expect(await world.database.bankEntry.count({ where: { bankId } })).toBe(0);
    const wet = await read(world, author.viewer, { bankId, format: 'GIFT', content: gift });
    expect(wet.problems).toEqual(dry.problems);
  });

  it('reads Aiken', async () => {
    const { author, bankId } = await makeShelf(world);
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
    expect(await read(world, author.viewer, { bankId, format: 'AIKEN', content })).toMatchObject({
      accepted: 1,
      created: [{ latest: { prompt: 'What is the correct answer?' } }],
      problems: [
        { line: 6, item: 'No answer here', message: 'there is no ANSWER line' },
        { line: 10, item: 'Wrong letter', message: 'there is no option D' },
      ],
    });
  });

  it('leaves out and names what the bank or the file holds already', async () => {
    const { author, bankId } = await makeShelf(world);
    const content = 'One?{=1}\n\nTwo?{=2 ~3}\n\nOne?{=one}\n\nTwo?{~3 =2}\n';
    expect(await read(world, author.viewer, { bankId, format: 'GIFT', content })).toMatchObject({
      accepted: 3,
      problems: [{ line: 7, item: 'Two?', message: 'the same question begins at line 3' }],
    });
    expect(
      await read(world, author.viewer, { bankId, format: 'GIFT', content: 'Two?{~3 =2}' }),
    ).toMatchObject({
      accepted: 0,
      problems: [{ line: 1, item: 'Two?', message: 'the bank holds the same question' }],
    });
    expect(await world.database.bankEntry.count({ where: { bankId } })).toBe(3);
  });

  it('is done once for a key', async () => {
    const { author, bankId } = await makeShelf(world);
    const asked = { bankId, format: 'GIFT', content: 'One?{=1}', key: someKey() };
    const first = await read(world, author.viewer, asked);
    expect(await read(world, author.viewer, asked)).toEqual(first);
    expect(await read(world, author.viewer, { ...asked, content: 'Two?{=2}' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('takes tags for skills of the subject, and names the others', async () => {
    const { author, bankId } = await makeShelf(world);
    const skillId = newId('Skill');
    const { subjectId, ownerId } = author;
    await world.hear('study.skill.created', {
      skillId,
      subjectId,
      ownerId,
      code: 'O',
      title: 'Osmosis',
      prerequisiteIds: [],
    });
    const content = '// [tag:osmosis] [tag:old exam]\nWhat?{=water}';
    const report = await read(world, author.viewer, { bankId, format: 'GIFT', content });
    expect(report.problems).toMatchObject([
      { message: 'the tag old exam is no skill of the subject and not kept' },
    ]);
    const entry = await world.database.bankEntry.findFirstOrThrow({ where: { bankId } });
    expect(entry.skillIds).toEqual([skillId]);
  });

  it('is for the author of the bank, and so is its report', async () => {
    const { author, bankId } = await makeShelf(world);
    const content = 'One?{=1}';
    const stranger = someViewer({ roles: ['AUTHOR'] });
    expect(await read(world, stranger, { bankId, format: 'GIFT', content })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await read(world, someViewer(), { bankId, format: 'GIFT', content })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await read(world, author.viewer, { bankId, format: 'GIFT', content: '' })).toMatchObject({
      code: 'VALIDATION',
      path: ['content'],
    });
    const { id } = await read(world, author.viewer, { bankId, format: 'GIFT', content });
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
      const author = await withSubject(world, 'AUTHOR');
      let [stored, named] = [0, 0];
      let expected = 0;
      for (const name of files) {
        const parsed: { type: string }[] = JSON.parse(
          readFileSync(`${directory}/${name.replace(/gift$/, 'json')}`, 'utf8'),
        );
        expected += parsed.filter(({ type }) => type !== 'Category').length;
        const content = readFileSync(`${directory}/${name}`, 'utf8');
        const bankId = await makeBank(world, author);
        const report = await read(world, author.viewer, { bankId, format: 'GIFT', content });
        stored += report.accepted;
        named += report.problems.filter(
          ({ message }: { message: string }) => !/not kept|without a rubric/.test(message),
        ).length;
      }
      expect(stored + named).toBe(expected);
      expect(stored).toBeGreaterThan(expected * 0.75);
    });
});
