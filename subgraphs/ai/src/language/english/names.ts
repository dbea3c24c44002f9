import { incidentalNames, notPerson, personBefore, personVerb } from './words.ts';

export interface FoundName {
  /** TERM for the names of things: institutions, events, places. */
  readonly kind: 'PERSON' | 'TERM' | 'YEAR' | 'NUMBER';
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

export type NameFinder = (sentence: string) => FoundName[];

const title =
  /^(?:King|Queen|Emperor|Empress|General|President|Professor|Prince|Princess|Pope|Saint|Sir|Lord|Lady|Dr|Mr|Mrs|Ms) /;
const functionWord =
  /^(?:In|The|On|At|For|By|From|When|If|As|An?|To|After|Before|With|Without|Under|While|Until|Since|Although|Because|However|Today|Many|Most|Some|All|Each|Every|Both|This|That|These|Those|It|Its|Their|His|Her|Between|During|Despite|Like|One|Two|Three) /;
const capitalized =
  /\b\p{Lu}[\p{L}'’-]+(?:(?: (?:of|for|de|du|la|le|von|van)(?: the)?)? (?:\p{Lu}[\p{L}'’-]*|\p{Lu}\.))+/gu;
const regnal = /\b[A-Z][a-z]+ [IVX]+\b/;
const year =
  /(?<=\b(?:in|since|until|by|before|after|of|from|to|around|January|February|March|April|May|June|July|August|September|October|November|December) )(?:1[0-9]|20)\d\d\b(?!,\d)/gi;
const amount =
  /(?<![\w.,/-])\d[\d,]*(?:\.\d+)?(?![\w./-]|,\d)(?= (?:percent|million|billion|thousand|bits|bytes|years|degrees|hours|days|kilomet|met(?:er|re)s|miles|networks|machines|parts|members|species|\p{L}{4,}s\b))/gu;

/** Finds people, named things, years and amounts; who is a person shows in the whole text. */
export function createNameFinder(wholeText: string): NameFinder {
  return (sentence) => {
    const found = findCapitalized(sentence, wholeText);
    for (const match of sentence.matchAll(year)) found.push(spanOf('YEAR', match));
    for (const match of sentence.matchAll(amount)) {
      if (!found.some(({ start, end }) => match.index >= start && match.index < end))
        found.push(spanOf('NUMBER', match));
    }
    return found;
  };
}

const spanOf = (kind: FoundName['kind'], match: RegExpExecArray): FoundName => ({
  kind,
  label: match[0],
  start: match.index,
  end: match.index + match[0].length,
});

function findCapitalized(sentence: string, wholeText: string): FoundName[] {
  return [...sentence.matchAll(capitalized)].flatMap((match) => {
    const skipped = functionWord.exec(match[0])?.[0].length ?? 0;
    const titled = title.exec(match[0].slice(skipped))?.[0].length ?? 0;
    const label = match[0].slice(skipped + titled);
    const start = match.index + skipped + titled;
    const words = label.split(' ');
    if (words.length < 2 || words.every((word) => incidentalNames.has(word.toLowerCase()))) return [];
    const isPerson = titled > 0 || regnal.test(label) || actsAsPerson(sentence, wholeText, { label, start });
    return [
      { kind: isPerson ? ('PERSON' as const) : ('TERM' as const), label, start, end: start + label.length },
    ];
  });
}

interface Place {
  readonly label: string;
  readonly start: number;
}

/** The text shows the bearer of the name at work, or calls them by the last name alone. */
function actsAsPerson(sentence: string, wholeText: string, { label, start }: Place): boolean {
  const words = label.split(' ');
  const last = words.at(-1) ?? '';
  if (
    words.length > 3 ||
    notPerson.test(label) ||
    /\b(?:of|for)\b/.test(label) ||
    !/^\p{Lu}\p{Ll}+/u.test(last)
  )
    return false;
  if (personBefore.test(sentence.slice(0, start)) && words.length === 2 && !/^the\b/i.test(sentence))
    return true;
  const alone = new RegExp(`(?<!(?:[Tt]he|${words.at(-2)}) )\\b${last}\\b(?! \\p{Lu})(?! cycle)`, 'u');
  const article = /\b(?:the|an?) $/i.test(sentence.slice(0, start));
  return !article && (personVerb.test(sentence.slice(start + label.length)) || alone.test(wholeText));
}
