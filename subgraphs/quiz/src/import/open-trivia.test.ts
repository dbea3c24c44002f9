import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { vectorsDirectory } from '@studymate/testkit';
import { makeShelf, readFile } from '../../tests/exchange.ts';
import { createWorld } from '../../tests/world.ts';
import { readOpenTrivia } from './open-trivia.ts';

const world = await createWorld();

describe('OpenTriviaQA', () => {
  it('reads questions, and names those that cannot be picked from', () => {
    const source = [
      'stray',
      '#Q Who?',
      'Tell!',
      '^ Me',
      'A You',
      'B me',
      '',
      '#Q None?',
      '^ Nothing',
      '#Q Lost?',
      'A one',
      '#Q Which?',
      '^ three',
      'A one',
      'B two',
    ].join('\n');
    expect([...readOpenTrivia(source)]).toMatchObject([
      { kind: 'PROBLEM', line: 1, item: 'stray', message: 'no #Q stands before it' },
      {
        kind: 'QUESTION',
        line: 2,
        prompt: 'Who?\nTell!',
        body: {
          choice: {
            choices: [
              { text: 'You', weight: 0 },
              { text: 'me', weight: 1 },
            ],
          },
        },
      },
      { line: 8, item: 'None?', message: 'there are no options to pick from' },
      { line: 10, message: 'there is no line with ^ and the right answer' },
      { line: 12, item: 'Which?', message: 'the right answer "three" is none of the options' },
    ]);
  });

  const directory = `${vectorsDirectory}/trivia/categories`;
  if (!existsSync(directory)) it.skip(`stores or names every question of ${directory}`, () => undefined);
  else
    it('stores or names every question of the reference bank', async () => {
      const all = readdirSync(directory).toSorted();
      const names = process.env.PROMISES === 'full' ? all : ['for-kids', 'rated'];
      for (const name of names) {
        const { author, bankId } = await makeShelf(world);
        const body = readFileSync(`${directory}/${name}`);
        const report = await readFile(world, author.viewer, { bankId, format: 'OPEN_TRIVIA', body });
        const expected = body.toString('latin1').match(/^#Q/gm)?.length ?? 0;
        const problems = await world.database.importProblem.findMany({ where: { importId: report.id } });
        const named = problems.filter(({ message }) => !message.includes('UTF-8'));
        expect([name, report.status, report.accepted + named.length]).toEqual([name, 'DONE', expected]);
        expect(await world.database.bankEntry.count({ where: { bankId } })).toBe(report.accepted);
        expect(report.accepted).toBeGreaterThan(expected * 0.95);
      }
    }, 600_000);
});
