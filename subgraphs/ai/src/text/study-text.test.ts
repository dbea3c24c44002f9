import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSample } from '../../tests/world.ts';
import { parseStudyText } from './study-text.ts';

const textsOf = (text: string, language = 'en') =>
  parseStudyText(text, language).sentences.map((sentence) => sentence.text);

describe('a study text', () => {
  it('gives every sentence offsets whose code points are its quote, for any text', () => {
    const piece = fc.constantFrom(
      'Cells divide. ',
      '😀 It ends! ',
      '세포는 나뉜다. ',
      '\n\n',
      '\r\n',
      '# Title\n',
      '- item ',
      'e.g. this ',
      '**bold** ',
      '𝒳',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const points = [...text];
        for (const { start, end, quote } of parseStudyText(text, 'en').sentences) {
          expect(points.slice(start, end).join('')).toBe(quote);
          expect(quote.trim()).toBe(quote);
        }
      }),
    );
  });

  it('does the same for the shipped texts', async () => {
    for (const name of ['photosynthesis', 'routing', 'immunity'] as const) {
      const text = await readSample(name);
      const points = [...text];
      const { sentences, sections } = parseStudyText(text, name === 'immunity' ? 'ko' : 'en');
      expect(sentences.length).toBeGreaterThan(80);
      expect(sections.length).toBeGreaterThan(8);
      for (const { start, end, quote } of sentences) expect(points.slice(start, end).join('')).toBe(quote);
    }
  });

  it('is not cut at abbreviations, initials, decimals or line breaks', () => {
    expect(textsOf('Dr. J. R. Jones came from the U.S. in 1990. It weighs 3.5 kg.')).toEqual([
      'Dr. J. R. Jones came from the U.S. in 1990.',
      'It weighs 3.5 kg.',
    ]);
    expect(textsOf('A line\nthat goes on. Next one.')).toEqual(['A line that goes on.', 'Next one.']);
  });

  it('leaves out headings, code, tables and Markdown marks', () => {
    const text =
      '# One\n\n```\ncode. here.\n```\n\n| a. | b. |\n\n- **First** item is [here](x).\n- Second `item` is *there*.\n';

    expect(textsOf(text)).toEqual(['First item is here.', 'Second item is there.']);
  });

  it('takes a short line of its own for a heading', () => {
    const { sections, sentences } = parseStudyText('The Revolution\n\nIn 1789 it began.', 'en');

    expect(sections.map(({ title }) => title)).toEqual([null, 'The Revolution']);
    expect(sentences).toMatchObject([{ section: 1, position: 0 }]);
  });
});
