import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMemoryWindows } from './rate-window.ts';

const rate = { requests: 10, seconds: 60 };

function someWindows() {
  let at = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
  const take = createMemoryWindows(() => new Date(at), 100);
  return {
    pass: (seconds: number) => (at += seconds * 1000),
    take: (key = 'a', points = 1) => take(key, rate, points),
  };
}

describe('rate window', () => {
  it('lets through as many as the rate says, and tells how many are left', () => {
    const { take } = someWindows();
    const answers = Array.from({ length: 12 }, () => take());
    expect(answers.map(({ isAllowed }) => isAllowed)).toEqual([...Array(10).fill(true), false, false]);
    expect(answers.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
  });

  it('keeps keys apart', () => {
    const { take } = someWindows();
    for (let count = 0; count < 11; count++) take('a');
    expect(take('b').isAllowed).toBe(true);
  });

  it('tells the truth about when there is room again', () => {
    const { take, pass } = someWindows();
    for (let count = 0; count < 10; count++) take();
    pass(20);
    const { resetSeconds, isAllowed } = take();
    expect(isAllowed).toBe(false);
    pass(resetSeconds - 2);
    expect(take().isAllowed).toBe(false);
    pass(2);
    expect(take().isAllowed).toBe(true);
  });

  it('takes as many points as a use is worth, and lets what is worth more than all of them pass alone', () => {
    const { take, pass } = someWindows();
    expect(take('a', 6).remaining).toBe(4);
    expect(take('a', 5).isAllowed).toBe(false);
    expect(take('a', 4).remaining).toBe(0);
    expect(take('a', 1).isAllowed).toBe(false);
    expect(take('b', 50).isAllowed).toBe(true);
    expect(take('b', 1).isAllowed).toBe(false);
    expect(take('c', 1).isAllowed).toBe(true);
    expect(take('c', 50).isAllowed).toBe(false);
    pass(120);
    expect(take('c', 50).isAllowed).toBe(true);
  });

  it('forgets what is two windows ago', () => {
    const { take, pass } = someWindows();
    for (let count = 0; count < 10; count++) take();
    pass(120);
    expect(take().remaining).toBe(9);
  });

  it('never lets twice the rate through in the length of a window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (gaps) => {
        const { take, pass } = someWindows();
        let at = 0;
        const allowedAt: number[] = [];
        for (const gap of gaps) {
          pass(gap);
          at += gap;
          if (take().isAllowed) allowedAt.push(at);
        }
        for (const start of allowedAt) {
          const within = allowedAt.filter((moment) => moment >= start && moment < start + 60);
          expect(within.length).toBeLessThan(2 * rate.requests);
        }
      }),
    );
  });
});
