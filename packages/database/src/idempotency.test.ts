import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { testDatabase } from '@studymate/testkit';
import { claimKey, settleKey } from './idempotency.ts';
import { connectQuiz } from './quiz.ts';
import { tidyPlatform } from './tidy.ts';

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);

afterAll(() => database.$disconnect());

describe('an idempotency key', () => {
  const request = (body: unknown, ownerId = 'usr_1') => ({ ownerId, mutation: 'createQuiz', key: 'k', body });

  const createOnce = (body: unknown, ownerId: string) =>
    database.$transaction(async (inner) => {
      const before = await claimKey(inner, request(body, ownerId));
      if (before !== null) return before;
      const made = newId('Quiz');
      await settleKey(inner, request(body, ownerId), made);
      return made;
    });

  it('has one effect under twenty parallel requests', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => createOnce({ title: 'Cells' }, 'usr_20')),
    );

    expect(new Set(made).size).toBe(1);
  });

  it('refuses another body', async () => {
    await createOnce({ title: 'Cells' }, 'usr_2');

    await expect(createOnce({ title: 'Atoms' }, 'usr_2')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('is another key for another owner', async () => {
    expect(await createOnce({ title: 'Cells' }, 'usr_3')).not.toBe(
      await createOnce({ title: 'Cells' }, 'usr_4'),
    );
  });

  it('is known for a day at least, and forgotten in the end', async () => {
    const made = await createOnce({ title: 'Cells' }, 'usr_5');
    const age = async (hours: number) => {
      const createdAt = new Date(Date.now() - hours * 3_600_000);
      await database.idempotencyRecord.updateMany({ where: { ownerId: 'usr_5' }, data: { createdAt } });
      await tidyPlatform(database);
      return createOnce({ title: 'Cells' }, 'usr_5');
    };

    expect(await age(25)).toBe(made);
    expect(await age(49)).not.toBe(made);
  });
});
