import { describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import fc from 'fast-check';
import { createTokenDeriver } from './derived-token.ts';

const tokens = createTokenDeriver('a secret');

describe('derived tokens', () => {
  it('lead back to their row, and are the same each time', () => {
    const id = newRowId();
    const token = tokens.derive('RESET_PASSWORD', id);
    expect(tokens.derive('RESET_PASSWORD', id)).toBe(token);
    expect(tokens.findRowId('RESET_PASSWORD', token)).toBe(id);
  });

  it('are worth nothing for another purpose or under another secret', () => {
    const token = tokens.derive('RESET_PASSWORD', newRowId());
    expect(tokens.findRowId('REFRESH', token)).toBeNull();
    expect(createTokenDeriver('another').findRowId('RESET_PASSWORD', token)).toBeNull();
  });

  it('are refused with any one character changed', () => {
    const token = tokens.derive('REFRESH', newRowId());
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(tokens.findRowId('REFRESH', token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
    }
  });

  it('are refused when they are anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(tokens.findRowId('REFRESH', text)).toBeNull();
      }),
    );
  });
});
