import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const readLines = (name: string): ReadonlySet<string> =>
  new Set(
    gunzipSync(readFileSync(new URL(name, import.meta.url)))
      .toString('utf8')
      .split('\n'),
  );

let passwords: ReadonlySet<string> | undefined;
let words: ReadonlySet<string> | undefined;

/**
 * True for a password that leaks show to be in common use: every one of 15 or more characters and the 40,000
 * most used of 8 to 14 in Mark Burnett's "ten million passwords" (public domain) and npm's `popular-passwords`
 * (MIT), compared without regard to case.
 */
export function isCommonPassword(password: string): boolean {
  passwords ??= readLines('./common-passwords.txt.gz');
  return passwords.has(password.toLowerCase());
}

/** The 3,000 most used passwords that are plain words of 4 to 14 letters. */
export function commonWords(): ReadonlySet<string> {
  words ??= readLines('./common-words.txt.gz');
  return words;
}
