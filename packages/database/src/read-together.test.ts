import { afterAll, describe, expect, it } from '@jest/globals';
import { countQueries, testDatabase } from '@studymate/testkit';
import { readTogether, sql } from './read-together.ts';
import { connectStudy } from './study.ts';

const postgres = await testDatabase('study');
const database = connectStudy(postgres.url);
const { client, sent } = countQueries(database);

afterAll(() => database.$disconnect());

const learner = { userId: 'usr_together', displayName: 'Ada', timeZone: 'UTC', dayStartMinutes: 0 };
const numbers = (to: number) =>
  sql`select number from generate_series(1, ${to}::int) as number order by number desc`;

describe('reads of one turn', () => {
  it('are one statement, each with rows of its own in its own order', async () => {
    const read = readTogether(client);
    sent.count = 0;
    const [three, none, two] = await Promise.all([
      read<{ number: number }>(numbers(3)),
      Promise.resolve().then(() => read(numbers(0))),
      read<{ number: number }>(numbers(2)),
    ]);
    expect(three.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(none).toEqual([]);
    expect(two).toEqual([{ number: 2 }, { number: 1 }]);
    expect(sent.count).toBe(1);
    await read(numbers(1));
    expect(sent.count).toBe(2);
  });

  it('give instants back to the millisecond, and figures as they are stored', async () => {
    const at = new Date('2026-03-01T09:08:07.065Z');
    const read = readTogether(client);
    const [row] = await read<{ at: Date; never: Date | null; share: number; whole: number; words: string[] }>(
      sql`select ${at}::timestamptz(3) as "at", null::timestamptz as "never", 0.1::float8 + 0.2::float8 as "share",
        9007199254740991::bigint as "whole", array['a', null, 'b"'] as "words"`,
      ['at', 'never'],
    );
    expect(row).toEqual({
      at,
      never: null,
      share: 0.1 + 0.2,
      whole: Number.MAX_SAFE_INTEGER,
      words: ['a', null, 'b"'],
    });
  });

  it('fail together, and not the next', async () => {
    const read = readTogether(client);
    const outcomes = await Promise.allSettled([read(numbers(1)), read(sql`select 1 / 0 as "never"`)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await read(numbers(1))).toEqual([{ number: 1 }]);
  });

  it('see what the transaction they belong to has written', async () => {
    await client.$transaction(async (inner) => {
      const before = await inner.learner.count();
      await inner.learner.create({
        data: { ...learner, updatedAt: new Date() },
      });
      const [row] = await readTogether(inner)<{ count: number }>(
        sql`select count(*) as "count" from "Learner"`,
      );
      expect(row?.count).toBe(before + 1);
    });
  });
});
