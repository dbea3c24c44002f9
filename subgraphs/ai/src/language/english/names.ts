import { notPerson, personBefore, personVerb } from './words.ts';

export interface FoundMention {
  readonly kind: 'PERSON' | 'YEAR' | 'NUMBER';
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

const fullName =
  /\b(?!(?:In|The|On|At|For|By|From|When|If|As|An?) )[A-Z][a-z'’-]+(?: (?:[A-Z]\.|van|von|de|der|la))* [A-Z][a-z'’-]+\b(?! [A-Z])/g;
const year =
  /(?<=\b(?:in|since|until|by|before|after|of|from|to|around|January|February|March|April|May|June|July|August|September|October|November|December) )(?:1[0-9]|20)\d\d\b(?!,\d)/gi;
const amount =
  /(?<![\w.,/-])\d[\d,]*(?:\.\d+)?(?![\w./-]|,\d)(?= (?:percent|million|billion|thousand|bits|bytes|years|degrees|hours|days|kilomet|met(?:er|re)s|miles|networks|machines|parts|members|species|\p{L}{4,}s\b))/gu;

/** People, years and amounts in a sentence. A name counts as a person's when the text shows one at work. */
export function findNames(sentence: string): FoundMention[] {
  const found: FoundMention[] = [];
  for (const match of sentence.matchAll(fullName)) {
    const label = match[0];
    const end = match.index + label.length;
    const acts = personVerb.test(sentence.slice(end)) || personBefore.test(sentence.slice(0, match.index));
    if (acts && !notPerson.test(label)) found.push({ kind: 'PERSON', label, start: match.index, end });
  }
  for (const match of sentence.matchAll(year)) {
    found.push({ kind: 'YEAR', label: match[0], start: match.index, end: match.index + match[0].length });
  }
  for (const match of sentence.matchAll(amount)) {
    if (found.some((other) => match.index >= other.start && match.index < other.end)) continue;
    found.push({ kind: 'NUMBER', label: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}
