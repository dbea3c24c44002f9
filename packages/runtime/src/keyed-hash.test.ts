import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createKeyedHash } from './keyed-hash.ts';

const expected = (secret: string, ...parts: (string | Uint8Array)[]): string => {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
};

describe('a keyed hash', () => {
  // RFC 4231, test cases 2 and 6.
  it.each([
    [
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      Buffer.alloc(131, 'a').toString(),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      expected('a'.repeat(131), 'Test Using Larger Than Block-Size Key - Hash Key First'),
    ],
  ])('of known keys is what it is known to be', (secret, message, digest) => {
    expect(createKeyedHash(secret)(message).toString('hex')).toBe(digest);
  });

  it("equals Node's for texts and bytes of any kind, one after the other", () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, fc.array(fc.tuple(text, fc.oneof(text, fc.uint8Array()))), (secret, messages) => {
        const keyedHash = createKeyedHash(secret);
        for (const [prefix, message] of messages)
          expect(keyedHash(message, prefix).toString('hex')).toBe(expected(secret, prefix, message));
      }),
    );
  });

  it.each([65_472, 65_473, 200_000])('takes a message of %i bytes', (length) => {
    const message = 'é'.repeat(length / 2);
    expect(createKeyedHash('secret')(message, 'prefix').toString('hex')).toBe(
      expected('secret', 'prefix', message),
    );
  });
});
