import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { testDatabase } from '@studymate/testkit';
import {
  acceptEvent,
  claimKey,
  type OutboxEntry,
  outboxBacklog,
  recordEvent,
  relayOutbox,
  settleKey,
} from './platform.ts';
import { connectQuiz } from './quiz.ts';

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);

afterAll(() => database.$disconnect());
beforeEach(async () => {
  await database.outboxEntry.deleteMany();
});

const storeOutput = (generationId: string) =>
  recordEvent(database, 'quiz.output.stored', { generationId, outputId: newId('Quiz') });

const idsOf = (entries: readonly OutboxEntry[]) =>
  entries.map(({ payload }) => (payload as { generationId: string }).generationId);

describe('the outbox', () => {
  it('hands entries over in the order they were written, once', async () => {
    for (const id of ['a', 'b', 'c']) await storeOutput(id);
    const seen: string[] = [];
    const publish = async (entries: readonly OutboxEntry[]) => void seen.push(...idsOf(entries));

    await relayOutbox(database, publish);
    await relayOutbox(database, publish);

    expect(seen).toEqual(['a', 'b', 'c']);
    expect((await outboxBacklog(database)).waiting).toBe(0);
  });

  it('keeps what could not be handed over', async () => {
    await storeOutput('a');

    await expect(relayOutbox(database, () => Promise.reject(new Error('Redis is away')))).rejects.toThrow();

    expect((await outboxBacklog(database)).waiting).toBe(1);
  });

  it('forgets an event whose transaction is rolled back', async () => {
    const change = database.$transaction(async (inner) => {
      await recordEvent(inner, 'quiz.output.stored', { generationId: 'a', outputId: 'b' });
      throw new Error('changed my mind');
    });

    await expect(change).rejects.toThrow();
    expect((await outboxBacklog(database)).waiting).toBe(0);
  });

  it('lets one relay work at a time', async () => {
    for (let index = 0; index < 20; index += 1) await storeOutput(`${index}`);
    const seen: string[] = [];
    const publish = async (entries: readonly OutboxEntry[]) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(...idsOf(entries));
    };

    await Promise.all(Array.from({ length: 5 }, () => relayOutbox(database, publish)));

    expect(seen).toHaveLength(20);
  });
});

describe('the inbox', () => {
  it('accepts an event once, however often it comes', async () => {
    const event = { id: newId('Quiz'), name: 'study.subject.created' };

    const answers = await Promise.all(Array.from({ length: 10 }, () => acceptEvent(database, event)));

    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});

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
});
