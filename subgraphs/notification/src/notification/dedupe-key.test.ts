import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dedupeKey } from './dedupe-key.ts';

const part = fc.string({ maxLength: 12 });
const parts = fc.array(part, { maxLength: 4 });

describe('dedupe key', () => {
  it('is equal for equal occasions and differs for others', () => {
    expect(dedupeKey('quiz-result', 'att_1')).toBe('quiz-result:att_1');
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(dedupeKey('kind', ...one) === dedupeKey('kind', ...other)).toBe(same);
      }),
    );
  });

  it('refuses to grow without bound', () => {
    expect(() => dedupeKey('kind', 'x'.repeat(300))).toThrow(RangeError);
  });
});
