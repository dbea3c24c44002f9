import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { testDatabase } from '@studymate/testkit';
import { acceptEvent } from './inbox.ts';
import { connectQuiz } from './quiz.ts';

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);

afterAll(() => database.$disconnect());

describe('the inbox', () => {
  it('accepts an event once, however often it comes', async () => {
    const event = { id: newId('Quiz'), name: 'study.subject.created' };

    const answers = await Promise.all(Array.from({ length: 10 }, () => acceptEvent(database, event)));

    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});
