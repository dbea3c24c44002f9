import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase32, encodeBase32, hotp, matchTotp, newTotpSecret, otpauthUri, stepAt } from './totp.ts';

const rfcSecret = Buffer.from('12345678901234567890');

describe('TOTP', () => {
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('gives the code of RFC 6238, appendix B at %i s', (seconds, code) => {
    expect(hotp(rfcSecret, stepAt(new Date(seconds * 1000)), 8)).toBe(code);
  });

  it('reads back any base32 it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  const secret = newTotpSecret();
  const at = new Date('2026-03-01T10:00:10Z');
  const codeOf = (offset: number) => hotp(decodeBase32(secret), stepAt(at) + offset);
  const attempt = (code: string, lastUsedStep: number | null = null) =>
    matchTotp({ secret, code, at, lastUsedStep });

  it.each([
    [-1, true],
    [0, true],
    [1, true],
    [-2, false],
    [2, false],
  ])('at a distance of %i steps answers %p', (offset, accepted) => {
    expect(attempt(codeOf(offset))).toBe(accepted ? stepAt(at) + offset : null);
  });

  it('refuses a code that was used, and any older one', () => {
    expect(attempt(codeOf(0), stepAt(at))).toBeNull();
    expect(attempt(codeOf(-1), stepAt(at))).toBeNull();
    expect(attempt(codeOf(1), stepAt(at))).toBe(stepAt(at) + 1);
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('refuses %p', (code) => {
    expect(attempt(code)).toBeNull();
  });

  it('takes a code typed with a gap', () => {
    expect(attempt(codeOf(0).replace(/^(...)/, '$1 '))).not.toBeNull();
  });

  it('tells an authenticator app all it needs', () => {
    const uri = new URL(otpauthUri({ account: 'ada@example.org', secret }));
    expect(uri.pathname).toBe('/StudyMate:ada%40example.org');
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret, issuer: 'StudyMate', period: '30' });
  });
});
