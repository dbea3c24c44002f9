import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chunkText, countCodePoints, sliceCodePoints } from './chunk-text.ts';

describe('chunks of a text', () => {
  it('end with a sentence or a line', () => {
    const text = 'One sentence here. Another one follows! "Is this third?" Yes.\n\n다음 문장이다. 끝.';
    expect(chunkText(text, 26).map((chunk) => chunk.text)).toEqual([
      'One sentence here. ',
      'Another one follows! ',
      '"Is this third?" Yes.\n\n',
      '다음 문장이다. 끝.',
    ]);
  });

  it('cut what has no end at a space, or anywhere', () => {
    expect(chunkText('aaaa bbbb cccc', 6).map((chunk) => chunk.text)).toEqual(['aaaa ', 'bbbb ', 'cccc']);
    expect(chunkText('가나다라마바사', 3).map((chunk) => chunk.text)).toEqual(['가나다', '라마바', '사']);
  });

  it('count code points, not UTF-16 units', () => {
    expect(countCodePoints('a😀b')).toBe(3);
    expect(sliceCodePoints('a😀b', 1, 2)).toBe('😀');
    expect(chunkText('😀😀. 😀.', 4)).toEqual([
      { start: 0, end: 4, text: '😀😀. ' },
      { start: 4, end: 6, text: '😀.' },
    ]);
  });

  it('have none for nothing', () => {
    expect(chunkText('')).toEqual([]);
  });

  it('are the text, gapless, within the length, at their offsets', () => {
    const words = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('. ', '\n', '? ', ' ', '...', '。')),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 40 }), (list, length) => {
        const text = list.join('');
        const chunks = chunkText(text, length);
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
        let at = 0;
        for (const chunk of chunks) {
          expect(chunk.start).toBe(at);
          expect(chunk.end - chunk.start).toBeLessThanOrEqual(length);
          expect(chunk.end).toBeGreaterThan(chunk.start);
          expect(sliceCodePoints(text, chunk.start, chunk.end)).toBe(chunk.text);
          at = chunk.end;
        }
        expect(at).toBe(countCodePoints(text));
      }),
    );
  });

  it('take a long text in a moment', () => {
    const text = 'Every sentence of this long text is the same as the one before it. '.repeat(15_000);
    const started = performance.now();
    expect(chunkText(text).length).toBeGreaterThan(700);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
