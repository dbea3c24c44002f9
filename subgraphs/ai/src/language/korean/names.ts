import type { Eojeol } from './eojeol.ts';
import { generalNouns, personVerb } from './words.ts';

export interface FoundName {
  readonly kind: 'PERSON' | 'YEAR' | 'NUMBER';
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

const amount =
  /(?<![\p{L}\d.,-])\d[\d,]*(?:\.\d+)?(?=퍼센트|%|가지|개|명|배|도|종|킬로|미터|그램|리터|시간|일|세기|만|억|조)/gu;

/** Years, amounts and people. `seen` counts a word in the whole text: a person's names occur nowhere else. */
export function findNames(
  sentence: string,
  words: readonly Eojeol[],
  seen: ReadonlyMap<string, number>,
): FoundName[] {
  const found: FoundName[] = personVerb.test(sentence) ? findPeople(words, seen) : [];
  for (const match of sentence.matchAll(/(?<!\d)(?:1\d|20)\d\d(?=년)/g)) {
    found.push({ kind: 'YEAR', label: match[0], start: match.index, end: match.index + 4 });
  }
  for (const match of sentence.matchAll(amount)) {
    if (found.some(({ start, end }) => match.index >= start && match.index < end)) continue;
    found.push({ kind: 'NUMBER', label: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

function findPeople(words: readonly Eojeol[], seen: ReadonlyMap<string, number>): FoundName[] {
  const people: FoundName[] = [];
  for (const [place, family] of words.entries()) {
    const given = words[place - 1];
    if (!given || !isNamePart(given, seen) || !isNamePart(family, seen)) continue;
    const bare = given.particle === '' && !given.closes && /^(?:은|는|이|가|와|과)$/.test(family.particle);
    if (!bare || !family.noun) continue;
    const end = family.start + family.noun.length;
    people.push({ kind: 'PERSON', label: `${given.noun} ${family.noun}`, start: given.start, end });
  }
  return people;
}

const isNamePart = (word: Eojeol, seen: ReadonlyMap<string, number>): boolean =>
  word.noun !== null &&
  /^[가-힣]{1,6}$/.test(word.noun) &&
  (seen.get(word.noun) ?? 0) <= 1 &&
  !generalNouns.has(word.noun);
