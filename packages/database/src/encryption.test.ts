import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFieldCipher } from './encryption.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const place = { table: 'User', column: 'phoneNumber', rowId: 'usr_1' };

describe('field encryption', () => {
  const cipher = createFieldCipher({ FIELD_KEYS: key('a') });

  it('reads back what it wrote, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const wellFormed = text.toWellFormed();
        expect(cipher.decrypt(place, cipher.encrypt(place, wellFormed))).toBe(wellFormed);
      }),
    );
  });

  it('never encrypts equal values alike', () => {
    const sealed = Array.from({ length: 100 }, () => cipher.encrypt(place, '+821012345678'));
    expect(new Set(sealed).size).toBe(100);
  });

  it.each([
    ['table', { ...place, table: 'Registration' }],
    ['column', { ...place, column: 'birthDate' }],
    ['row', { ...place, rowId: 'usr_2' }],
  ])('refuses a value moved to another %s', (_what, elsewhere) => {
    const sealed = cipher.encrypt(place, 'secret');
    expect(() => cipher.decrypt(elsewhere, sealed)).toThrow();
  });

  it('refuses a value with any one byte changed', () => {
    const [version, id, nonce, body = ''] = cipher.encrypt(place, 'secret').split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const index of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      const sealed = [version, id, nonce, altered.toString('base64url')].join('.');
      expect(() => cipher.decrypt(place, sealed)).toThrow();
    }
  });

  it('reads old values after a new key was put first, and calls them stale', () => {
    const oldKey = key('old');
    const before = createFieldCipher({ FIELD_KEYS: oldKey });
    const after = createFieldCipher({ FIELD_KEYS: `${key('new')},${oldKey}` });
    const sealed = before.encrypt(place, 'secret');

    expect(after.decrypt(place, sealed)).toBe('secret');
    expect(after.isStale(sealed)).toBe(true);
    expect(after.isStale(after.encrypt(place, 'secret'))).toBe(false);
    expect(after.blindIndex('phoneNumber', '+82')).toBe(before.blindIndex('phoneNumber', '+82'));
    expect(() => before.decrypt(place, after.encrypt(place, 'secret'))).toThrow(/No key/);
  });

  it('indexes equal values of one column alike, and no others', () => {
    expect(cipher.blindIndex('phoneNumber', '+82')).toBe(cipher.blindIndex('phoneNumber', '+82'));
    expect(cipher.blindIndex('phoneNumber', '+82')).not.toBe(cipher.blindIndex('birthDate', '+82'));
    expect(createFieldCipher({ FIELD_INDEX_SECRET: 'another' }).blindIndex('phoneNumber', '+82')).not.toBe(
      cipher.blindIndex('phoneNumber', '+82'),
    );
  });

  it('refuses to start in production without keys of its own, and anywhere with short ones', () => {
    expect(() => createFieldCipher({ NODE_ENV: 'production' })).toThrow(/FIELD_KEYS/);
    expect(() => createFieldCipher({ FIELD_KEYS: 'a:c2hvcnQ=' })).toThrow(/32-byte/);
  });
});
