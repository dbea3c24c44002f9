import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indexCodePoints, sliceCodePoints } from './code-points.ts';

describe('code points', () => {
  it('agrees with spreading the string, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), fc.nat(), (text, first, second) => {
        const points = [...text];
        const start = Math.min(first, second) % (points.length + 1);
        const end = Math.max(start, Math.max(first, second) % (points.length + 1));
        expect(indexCodePoints(text).length).toBe(points.length);
        expect(sliceCodePoints(text, start, end)).toBe(points.slice(start, end).join(''));
      }),
    );
  });

  it('maps a UTF-16 index at a code-point boundary there and back', () => {
    const text = 'a😀한𝒳z';
    const index = indexCodePoints(text);
    let utf16 = 0;
    for (const [ordinal, point] of [...text].entries()) {
      expect(index.toCodePoint(utf16)).toBe(ordinal);
      expect(index.toUtf16(ordinal)).toBe(utf16);
      utf16 += point.length;
    }
    expect(index.toCodePoint(text.length)).toBe(5);
  });
});
