import { describe, expect, it } from '@jest/globals';
import { clozeOf, listGaps } from './cloze.ts';

describe('cloze', () => {
  const text = '{{c2::Paris}} is the capital of {{c1::France::a country}}, on the {{c2::Seine}}.';

  it('finds each gap number once', () => {
    expect(listGaps(text)).toEqual([1, 2]);
    expect(listGaps('No gap, {{c::broken}}, {{c1::}} and {{ c1::spaced }}.')).toEqual([]);
  });

  it('keeps one gap and shows the answers of the others', () => {
    expect(clozeOf(text, 1)).toBe('Paris is the capital of {{c1::France::a country}}, on the Seine.');
    expect(clozeOf(text, 2)).toBe('{{c1::Paris}} is the capital of France, on the {{c1::Seine}}.');
  });

  it('takes any script, braces and line breaks within an answer', () => {
    expect(clozeOf('물의 화학식은 {{c1::H_{2}O}}이다.\n{{c2::두\n줄}}', 2)).toBe(
      '물의 화학식은 H_{2}O이다.\n{{c1::두\n줄}}',
    );
  });
});
