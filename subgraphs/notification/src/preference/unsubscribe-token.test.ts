import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import fc from 'fast-check';
import { categories } from '../notification/category.ts';
import { parseUnsubscription, signUnsubscription } from './unsubscribe-token.ts';

const secret = 'a-secret-of-the-tests-that-is-long-enough';
const right = { userId: newId('User'), category: 'GOAL' } as const;

describe('unsubscribe token', () => {
  it('gives back what it was made for', () => {
    for (const category of categories) {
      const token = signUnsubscription({ ...right, category }, secret);
      expect(parseUnsubscription(token, secret)).toEqual({ ...right, category });
    }
  });

  it('refuses every token with one sign changed, and tokens of another secret', () => {
    const token = signUnsubscription(right, secret);
    expect(parseUnsubscription(token, `${secret}x`)).toBeNull();
    const position = fc.integer({ min: 0, max: token.length - 2 });
    fc.assert(
      fc.property(position, fc.constantFrom('A', 'b', '7', '_', '.'), (index, sign) => {
        fc.pre(token[index] !== sign);
        const forged = `${token.slice(0, index)}${sign}${token.slice(index + 1)}`;
        expect(parseUnsubscription(forged, secret)).toBeNull();
      }),
    );
  });

  it.each(['', '.', 'a.b.c', '🦉'])('refuses %j', (token) => {
    expect(parseUnsubscription(token, secret)).toBeNull();
  });
});
