import type { Eojeol } from './eojeol.ts';
import { generalNouns, leaningStart } from './words.ts';

/** A definition found in one sentence, before it is tied to a term. */
export interface FoundDefinition {
  readonly term: string;
  readonly description: string;
  readonly genus: string;
}

const topic = /^(?:은|는|이란|란)$/;
const longestSubject = 4;
const fewestWords = 3;
const mostWords = 26;
const emptyClass = /^(?:것|때문|수|점|일|예|중|뿐|탓|셈|데|편|줄)$/;

/** What a sentence defines: `X는 … Y이다`, `X는 … Y로, …`, `X란 … 을 말한다`, `…을 X라고 한다`. */
export function findDefinition(sentence: string, words: readonly Eojeol[]): FoundDefinition | null {
  if (leaningStart.test(sentence)) return null;
  const marked = words.findIndex((word) => word.noun !== null && topic.test(word.particle));
  const subject = words.slice(0, marked + 1);
  if (marked < 0 || !namesSomething(subject)) return byNaming(sentence, words);
  const term = subject.map((word) => word.noun).join(' ');
  const rest = words.slice(marked + 1);
  return byCopula(sentence, term, rest) ?? byMeaning(sentence, term, rest) ?? byAside(sentence, term, rest);
}

/** Whether words before a topic particle are one name: nouns side by side, not all of them general. */
export function namesSomething(words: readonly Eojeol[]): boolean {
  const inner = words.slice(0, -1);
  return (
    words.length > 0 &&
    words.length <= longestSubject &&
    words.every((word) => word.noun !== null && /^[\p{L}\d·+-]+$/u.test(word.noun)) &&
    inner.every((word) => word.particle === '' && !word.closes) &&
    !words.every((word) => generalNouns.has(word.noun ?? '')) &&
    !generalNouns.has(words[0]?.noun ?? '') &&
    (words.length > 1 || (words[0]?.noun ?? '').length > 1)
  );
}

function byCopula(sentence: string, term: string, rest: readonly Eojeol[]): FoundDefinition | null {
  const last = rest.at(-1);
  if (!last?.noun || !/^(?:이다|다|입니다)$/.test(last.particle)) return null;
  const aside = rest.find((word) => word.closes && /^(?:으로|로)$/.test(word.particle));
  return aside ? null : describe(sentence, term, rest, last);
}

function byAside(sentence: string, term: string, rest: readonly Eojeol[]): FoundDefinition | null {
  const at = rest.findIndex((word) => word.closes);
  const head = rest[at];
  if (!head?.noun || !head.nominal || !/^(?:으로|로|이며|며)$/.test(head.particle)) return null;
  return describe(sentence, term, rest.slice(0, at + 1), head);
}

function byMeaning(sentence: string, term: string, rest: readonly Eojeol[]): FoundDefinition | null {
  const verb = rest.at(-1)?.text ?? '';
  const head = rest.at(-2);
  if (!/^(?:말한다|뜻한다|가리킨다|의미한다|일컫는다)$/.test(verb) || !head?.noun) return null;
  return /^(?:을|를)$/.test(head.particle) ? describe(sentence, term, rest.slice(0, -1), head) : null;
}

function byNaming(sentence: string, words: readonly Eojeol[]): FoundDefinition | null {
  const verb = words.at(-1)?.text ?? '';
  const named = words.at(-2);
  const object = words.findIndex((word) => word.noun !== null && /^(?:을|를)$/.test(word.particle));
  const head = words[object];
  if (!/^(?:한다|부른다|합니다|부릅니다)$/.test(verb) || !named?.noun || !head?.noun) return null;
  if (!/^(?:이라고|라고)$/.test(named.particle)) return null;
  const name = words.slice(object + 1, -1);
  return namesSomething(name)
    ? describe(sentence, name.map((word) => word.noun).join(' '), words.slice(0, object + 1), head)
    : null;
}

/** The defining words up to their head noun, when they are long enough to tell the term from others. */
function describe(
  sentence: string,
  term: string,
  words: readonly Eojeol[],
  head: Eojeol,
): FoundDefinition | null {
  const first = words[0];
  if (!first || !head.noun || emptyClass.test(head.noun)) return null;
  if (words.length < fewestWords || words.length > mostWords || leaningStart.test(first.text)) return null;
  const description = sentence.slice(first.start, head.start + head.noun.length);
  const modifies = words.slice(0, -1).some((word) => /[는은ㄴ의운던인한된]$|[가-힣]친$/.test(word.text));
  return modifies && !description.includes('"') ? { term, description, genus: head.noun } : null;
}
