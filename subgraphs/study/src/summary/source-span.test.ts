import { describe, expect, it } from '@jest/globals';
import { createSpanChecker } from './source-span.ts';

describe('source span', () => {
  const isTrue = createSpanChecker('mat', 2, 'a😀 물 b');
  const span = { materialId: 'mat', revision: 2, start: 1, end: 4, quote: '😀 물' };

  it('is true when the quote stands between its code points', () => {
    expect(isTrue(span)).toBe(true);
  });

  it.each([
    { revision: 1 },
    { materialId: 'other' },
    { start: 2 },
    { end: 5 },
    { end: 99, quote: '😀 물 b' },
    { start: 4, end: 4, quote: '' },
    { quote: '😀 불' },
  ])('is false with %j', (change) => {
    expect(isTrue({ ...span, ...change })).toBe(false);
  });
});
