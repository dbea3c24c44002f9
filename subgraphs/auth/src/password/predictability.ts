import { commonWords } from './common-passwords.ts';

const leet = new Map(
  Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }),
);

const keyboardLines = [
  '`1234567890-=',
  'qwertyuiop[]',
  "asdfghjkl;'",
  'zxcvbnm,./',
  '1qaz',
  '2wsx',
  '3edc',
  '4rfv',
  '5tgb',
  '6yhn',
  '7ujm',
  '8ik,',
  '9ol.',
  '0p;/',
  'abcdefghijklmnopqrstuvwxyz',
];

const neighbours = new Set(
  keyboardLines.flatMap((line) =>
    [...line].slice(1).flatMap((character, index) => {
      const before = line.charAt(index);
      return [before + character, character + before];
    }),
  ),
);

const shortestRun = 3;
const longestWord = 24;
/** What guessing a known piece (a word, a run, a year) is worth beside a character out of the blue. */
const pieceWorth = 2;

const unleet = (text: string) => [...text].map((character) => leet.get(character) ?? character).join('');

/** Length of the run that starts here: one character over and over, or neighbours on a keyboard or in the alphabet. */
function runLength(characters: readonly string[], start: number): number {
  const follows = (at: number, test: (pair: string) => boolean) =>
    test((characters[at - 1] ?? '') + (characters[at] ?? ''));
  const lengthWhile = (test: (pair: string) => boolean) => {
    let end = start + 1;
    while (end < characters.length && follows(end, test)) end += 1;
    return end - start;
  };
  const same = (pair: string) => pair[0] === pair[1];
  return Math.max(
    lengthWhile(same),
    lengthWhile((pair) => neighbours.has(pair)),
  );
}

/** The shortest piece whose repetition makes up the text; the text itself when there is none. */
export function repeatedUnit(text: string): string {
  const at = (text + text).indexOf(text, 1);
  return text.slice(0, at);
}

/** Lower-case pieces of three letters or more of what an attacker knows about the user. */
export function contextWords(context: readonly string[]): Set<string> {
  const parts = context.flatMap((text) => {
    const lower = text.normalize('NFKC').toLowerCase();
    return [lower.replaceAll(/[^\p{L}\p{N}]/gu, ''), ...lower.split(/[^\p{L}\p{N}]+/u)];
  });
  return new Set(parts.filter((part) => [...part].length >= 3));
}

/**
 * How many characters of the password are worth guessing: the cheapest way to build it where words that belong
 * to the user cost nothing, a common word, a run of neighbouring keys, a repetition or a year costs two, and any
 * other character one (a separator that comes again costs nothing).
 */
export function unpredictableLength(password: string, context: ReadonlySet<string>): number {
  const lower = repeatedUnit(password.normalize('NFKC').toLowerCase());
  const characters = [...lower];
  const plain = [...unleet(lower)];
  const cheapest: number[] = [0];
  const reach = (end: number, cost: number) => {
    cheapest[end] = Math.min(cheapest[end] ?? Number.POSITIVE_INFINITY, cost);
  };

  characters.forEach((character, start) => {
    const spent = cheapest[start] ?? Number.POSITIVE_INFINITY;
    const isSeparator = /[^\p{L}\p{N}]/u.test(character);
    reach(start + 1, spent + (isSeparator && characters.indexOf(character) < start ? 0 : 1));

    const run = runLength(characters, start);
    if (run >= shortestRun) reach(start + run, spent + pieceWorth);
    for (let end = start + 3; end <= Math.min(characters.length, start + longestWord); end += 1) {
      for (const piece of [characters.slice(start, end).join(''), plain.slice(start, end).join('')]) {
        if (context.has(piece)) reach(end, spent);
        else if (commonWords().has(piece) || /^(19|20)\d\d$/.test(piece)) reach(end, spent + pieceWorth);
      }
    }
  });
  return cheapest[characters.length] ?? 0;
}
