import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizeText } from './normalize-text.ts';

describe('normalised text', () => {
  it('has one kind of line end, composed letters and no control characters', () => {
    expect(normalizeText('\ufeffa\r\nb\rc\u0000\u0007\td  \n\n\n\n\n\u1112\u1161\u11ab  ')).toBe(
      'a\nb\nc\td\n\n\n한',
    );
  });

  it('mends a lone surrogate', () => {
    expect(normalizeText('a\ud800b')).toBe('a\ufffdb');
  });

  it('stays as it is when normalised again', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 1 }),
        fc.constantFrom('\n', '\r', ' ', '\t', '\u1112', '\u1161', '\u0301'),
      ),
    });
    fc.assert(fc.property(text, (any) => normalizeText(normalizeText(any)) === normalizeText(any)));
  });
});
