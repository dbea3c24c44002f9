import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { demoUsers } from '@studymate/contracts';
import fc from 'fast-check';
import { parseNewPassword } from './password-rules.ts';

const ada = { path: 'password', context: ['Ada Lovelace', 'ada.lovelace@example.org'] };
const accepts = (password: string) => parseNewPassword(password, ada) === password.normalize('NFKC');

describe('password rules', () => {
  it.each([
    ['words and spaces', 'correct horse battery staple'],
    ['Korean', '아침마다 한 시간씩 공부하기'],
    ['emoji', '🦊🦔 jumped over 🐘'],
    ['no digits, no capitals', 'quietly humming turbines'],
    ['128 characters', 'ab cd'.repeat(26).slice(0, 128)],
    ['64 characters', 'x9'.repeat(32)],
    ...demoUsers.map(({ role, password }): [string, string] => [`the demo ${role}'s`, password]),
  ])('accepts %s', (_what, password) => {
    expect(accepts(password)).toBe(true);
  });

  it.each([
    ['short', 'fourteen chars', 'min_length'],
    ['longer than 128', 'y'.repeat(129), 'max_length'],
    ['from a leak', '1qaz2wsx3edc4rfv', 'common'],
    ['from a leak in capitals', 'PASSWORDPASSWORD', 'common'],
    ['a repeated short password', 'dragon12dragon12dragon12', 'common'],
    ['a repeated few letters', 'zorgl-zorgl-zorgl-', 'predictable'],
    ['a walk over the keyboard', 'qwertyuiop[]asdfgh', 'predictable'],
    ['counting', '234567890123456789', 'predictable'],
    ['few keys', 'mmmmmmmmnnnnnnnnkkkk', 'predictable'],
    ['the name', 'Ada-Lovelace-1815', 'predictable'],
    ['the address', 'ada.lovelace@example.org', 'predictable'],
    ['the product', 'StudyMate2026!!!!', 'predictable'],
    ['the product in leet', '$tudym4te-p4$$word', 'predictable'],
    ['common words', 'monkey dragon football', 'predictable'],
  ])('refuses %s', (_what, password, constraint) => {
    expect(() => parseNewPassword(password, ada)).toThrow(
      expect.objectContaining({ code: 'VALIDATION', details: { path: ['password'], constraint } }),
    );
  });

  it('refuses every long password of the list', () => {
    const list = gunzipSync(readFileSync(new URL('./common-passwords.txt.gz', import.meta.url)))
      .toString()
      .split('\n')
      .filter((password) => [...password].length >= 15);
    expect(list.length).toBeGreaterThan(9_000);
    const accepted = list.filter((password) => {
      try {
        return Boolean(parseNewPassword(password, ada));
      } catch {
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });

  it('is content with eight characters beside a second factor, but not with known ones', () => {
    const beside = { ...ada, hasSecondFactor: true };
    expect(parseNewPassword('wq7#Lp2x', beside)).toBe('wq7#Lp2x');
    expect(() => parseNewPassword('iloveyou', beside)).toThrow(/leaks/);
    expect(() => parseNewPassword('wq7#Lp2', beside)).toThrow(/at least 8/);
  });

  it('makes composed and decomposed spellings the same password', () => {
    const text = 'Ångström über 한글 café';
    expect(parseNewPassword(text.normalize('NFC'), ada)).toBe(parseNewPassword(text.normalize('NFD'), ada));
  });

  it('never cuts: passwords that differ only at the end stay different', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 127 }), (length) => {
        const base = 'the quiet turbine hums '.repeat(6).slice(0, length);
        expect(parseNewPassword(`${base}a`, ada)).not.toBe(parseNewPassword(`${base}b`, ada));
      }),
    );
  });
});
