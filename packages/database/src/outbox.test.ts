import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { logForRequest } from '@studymate/runtime';
import { testDatabase } from '@studymate/testkit';
import {
  acknowledgeEntries,
  type DueEntry,
  outboxBacklog,
  recordEvent,
  relayOutbox,
  republishUnacknowledged,
} from './outbox.ts';
import { connectQuiz } from './quiz.ts';
import { tidyPlatform } from './tidy.ts';

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);

afterAll(() => database.$disconnect());
beforeEach(async () => {
  await database.outboxEntry.deleteMany();
});

const storeOutput = (generationId: string) =>
  recordEvent(database, 'quiz.output.stored', { generationId, outputId: newId('Quiz') });

const publishQuiz = (ownerId: string) =>
  recordEvent(database, 'quiz.quiz.published', {
    quizId: newId('Quiz'),
    subjectId: newId('Subject'),
    ownerId,
    title: 'Cells',
    difficulty: 'EASY',
    questionCount: 1,
    skillIds: [],
  });

/** What one turn of the relay hands over. */
async function relayed(): Promise<DueEntry[]> {
  const seen: DueEntry[] = [];
  await relayOutbox(database, async (entries) => void seen.push(...entries));
  return seen;
}

const generationsOf = (entries: readonly DueEntry[]) =>
  entries.map(({ payload }) => (payload as { generationId: string }).generationId);

const acknowledge = (entries: readonly DueEntry[], by: string) =>
  acknowledgeEntries(
    database,
    entries.map(({ id }) => ({ id, by })),
  );

describe('the outbox', () => {
  it('hands entries over in the order they were written, and not again at once', async () => {
    for (const id of ['a', 'b', 'c']) await storeOutput(id);

    expect(generationsOf(await relayed())).toEqual(['a', 'b', 'c']);
    expect(await relayed()).toEqual([]);
    expect(await outboxBacklog(database)).toMatchObject({ waiting: 0, unacknowledged: 3 });
  });

  it('tells which request caused an entry', async () => {
    await logForRequest({ requestId: 'req-1', userId: null }, () => storeOutput('a'));
    await storeOutput('b');

    expect((await relayed()).map(({ requestId }) => requestId)).toEqual(['req-1', null]);
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
    const publish = async (entries: readonly DueEntry[]) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(...generationsOf(entries));
    };

    await Promise.all(Array.from({ length: 5 }, () => relayOutbox(database, publish)));

    expect(seen).toHaveLength(20);
  });

  it('hands over again what nobody has acknowledged when the queues have lost it', async () => {
    for (const id of ['a', 'b']) await storeOutput(id);
    const [first] = await relayed();
    if (!first) throw new Error('Nothing was relayed.');
    await acknowledge([first], 'ai');

    await republishUnacknowledged(database);

    expect(generationsOf(await relayed())).toEqual(['b']);
  });

  it('waits for all recipients of an event, and reaches those that are left', async () => {
    await recordEvent(database, 'quiz.attempt.graded', {
      attemptId: newId('QuizAttempt'),
      quizId: newId('Quiz'),
      subjectId: newId('Subject'),
      userId: newId('User'),
      quizTitle: 'Cells',
      gradedAt: new Date().toISOString(),
      score: 1,
      maxScore: 1,
      fraction: 1,
      passed: true,
      items: [],
    });
    const entries = await relayed();
    expect(entries[0]?.recipients.map(({ name }) => name)).toEqual([
      'study',
      'subscription',
      'notification',
      'personalization',
    ]);

    for (const by of ['study', 'notification', 'study']) await acknowledge(entries, by);
    await republishUnacknowledged(database);
    const again = await relayed();
    expect(again[0]?.recipients.map(({ name }) => name)).toEqual(['subscription', 'personalization']);

    for (const by of ['subscription', 'personalization']) await acknowledge(entries, by);
    await republishUnacknowledged(database);
    expect(await relayed()).toEqual([]);
  });

  it('names for each event the one of the same user that comes before it', async () => {
    const [ada, bob] = [newId('User'), newId('User')];
    for (const owner of [ada, bob, ada, ada]) await publishQuiz(owner);

    const [first, other, second, third] = await relayed();

    const after = (entry: DueEntry | undefined) => entry?.recipients[0]?.after;
    expect([after(first), after(other)]).toEqual([null, null]);
    expect([after(second), after(third)]).toEqual([first?.id, second?.id]);

    await acknowledge(first ? [first] : [], 'personalization');
    await republishUnacknowledged(database);
    const [, secondAgain] = await relayed();
    expect(after(secondAgain)).toBeNull();
  });

  it('is tidied of what is settled, never of what is not', async () => {
    for (const id of ['a', 'b']) await storeOutput(id);
    const [first] = await relayed();
    await acknowledge(first ? [first] : [], 'ai');
    await database.outboxEntry.updateMany({ data: { createdAt: new Date(Date.now() - 8 * 86_400_000) } });

    await tidyPlatform(database);

    expect(await database.outboxEntry.count()).toBe(1);
    expect((await outboxBacklog(database)).unacknowledged).toBe(1);
  });
});
