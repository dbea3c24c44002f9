import { keyOf, nounRuns } from './phrases.ts';
import type { Token } from './tokens.ts';
import { emptyModifiers, generalNouns, leaningStart, leansOnEarlier } from './words.ts';

/** A definition found in one sentence, before it is tied to a term. */
export interface FoundDefinition {
  readonly termTokens: readonly Token[];
  readonly subject: string;
  readonly plural: boolean;
  readonly description: string;
  readonly genus: string;
}

const longestSubject = 6;
const fewestWords = 4;
const mostWords = 32;
const marker =
  /\b(?:that|which|who|whose|of|for|in which|by which|between|used|made|called|where|with|among|from|to)\b/;
const article = /^(?:a|an|the|any|one of the)\s/i;

/** What a sentence defines: `X is a Y that …`, `a Y … is called X`, `X, a Y of …,`, `X, which is a Y …`. */
export function findDefinitions(sentence: string, tokens: readonly Token[]): FoundDefinition[] {
  const found = [byCopula(sentence, tokens), byNaming(sentence, tokens), ...byApposition(sentence, tokens)];
  return found.filter((definition) => definition !== null);
}

function byCopula(sentence: string, tokens: readonly Token[]): FoundDefinition | null {
  const copula = tokens.findIndex((token) => token.lower === 'is' || token.lower === 'are');
  const verb = tokens[copula];
  const next = tokens[copula + 1];
  if (!verb || !next || copula > longestSubject) return null;

  const before = tokens.slice(0, copula);
  const named = before[0]?.partOfSpeech === 'DET' ? before.slice(1) : before;
  const indefinite = /^an?$/i.test(before[0]?.text ?? '') && /^an?$/.test(next.lower);
  if (!namesSomething(named, indefinite) || leaningStart.test(sentence)) return null;

  const predicate = sentence.slice(next.start);
  const plural = verb.lower === 'are';
  const defines = plural ? startsWithNoun(tokens.slice(copula + 1, copula + 13)) : article.test(predicate);
  const description = defines ? tidyDescription(predicate) : null;
  return description === null || /^(?:the same|one of these)/.test(predicate)
    ? null
    : {
        termTokens: named,
        subject: sentence.slice(0, verb.start).trim(),
        plural,
        description,
        genus: genusOf(description),
      };
}

function byNaming(sentence: string, tokens: readonly Token[]): FoundDefinition | null {
  const match = /^(.+?) (?:is|are) (?:called|known as|termed|named) ((?:an?|the) )?(.+?)\.$/.exec(sentence);
  if (!match || leaningStart.test(sentence) || leansOnEarlier.test(sentence)) return null;
  const [, described = '', determiner = '', name = ''] = match;
  const nameStart = sentence.length - 1 - name.length;
  const termTokens = tokens.filter((token) => token.start >= nameStart && /[\p{L}\d]/u.test(token.text));
  if (termTokens.length > longestSubject || !namesSomething(termTokens)) return null;
  const description = tidyDescription(`${described}.`);
  return description === null
    ? null
    : {
        termTokens,
        subject: `${determiner}${name}`,
        plural: false,
        description: lowerFirst(description),
        genus: genusOf(description),
      };
}

const appositive =
  /, (?:(?:which|who) (?:is|are) ((?:an? |the )?\w[^,;:]{11,}?)|(an? \w[^,;:]{11,}?))(?=[,.;]|$)/g;
const subordinate =
  /^(?:when|if|while|after|before|because|although|though|as|since|unless|until|on|in|at|for|with|without|to)\b/i;

function byApposition(sentence: string, tokens: readonly Token[]): FoundDefinition[] {
  if (subordinate.test(sentence) || leansOnEarlier.test(sentence)) return [];
  const found: FoundDefinition[] = [];
  for (const match of sentence.matchAll(appositive)) {
    const phrase = match[1] ?? match[2] ?? '';
    const run = nounRuns(tokens.filter((token) => token.end <= match.index)).at(-1);
    const touches = run?.at(-1)?.end === match.index && followsArticleOrPreposition(tokens, run);
    const relative = /^\S+(?: \S+){0,4} (?:of|that|which|in which|by which|to|embedded|used|for)\b/.test(
      phrase,
    );
    const description =
      touches && relative && !/ (?:and|or) an? /.test(phrase) ? tidyDescription(`${phrase}.`) : null;
    if (!run || description === null || !namesSomething(run)) continue;
    const head = run.at(-1);
    const plural = head !== undefined && head.lemma !== head.lower;
    found.push({
      termTokens: run,
      subject: surfaceOf(sentence, tokens, run),
      plural,
      description,
      genus: genusOf(description),
    });
  }
  return found;
}

function followsArticleOrPreposition(tokens: readonly Token[], run: readonly Token[]): boolean {
  const before = run[0] && tokens[tokens.indexOf(run[0]) - 1];
  return before !== undefined && ['DET', 'ADP'].includes(before.partOfSpeech);
}

/** The run with the article that stands before it. */
function surfaceOf(sentence: string, tokens: readonly Token[], run: readonly Token[]): string {
  const first = run[0];
  const last = run.at(-1);
  if (!first || !last) return '';
  const before = tokens[tokens.indexOf(first) - 1];
  const start = before && /^(?:an?|the)$/.test(before.lower) ? before.start : first.start;
  return sentence.slice(start, last.end);
}

/** `A process is a program …` defines even a word that is too general to be a term elsewhere. */
function namesSomething(tokens: readonly Token[], evenGeneral = false): boolean {
  const words = tokens.filter((token) => token.lower !== '-');
  const head = words.at(-1);
  if (!head || words.length > longestSubject || !/\p{L}/u.test(head.text)) return false;
  const name = words.every((token) => /^\p{Lu}/u.test(token.text) || /^(?:of|for|the)$/.test(token.lower));
  const plain = words.every(
    (token) =>
      /^[\p{L}\d+-]+$/u.test(token.text) &&
      (name || !['PRON', 'DET', 'ADP', 'AUX', 'CCONJ', 'SCONJ', 'ADV', 'PART'].includes(token.partOfSpeech)),
  );
  const empty = words.every((token) => generalNouns.has(token.lemma) || emptyModifiers.has(token.lower));
  return plain && (!empty || evenGeneral) && keyOf(words).length > 2 && words[0]?.stopWord !== true;
}

/** A plural definition begins with a noun phrase and goes on with a relative clause: `tiny pores … through which`. */
function startsWithNoun(tokens: readonly Token[]): boolean {
  const first = tokens[0];
  if (!first || ['VERB', 'ADV', 'ADP', 'AUX', 'PUNCT', 'PART', 'PRON'].includes(first.partOfSpeech))
    return false;
  const relative = tokens.findIndex((token) =>
    ['that', 'which', 'who', 'where', 'used'].includes(token.lower),
  );
  const leadIn = tokens.slice(0, relative);
  return (
    relative > 0 && leadIn.at(-1)?.lower !== 'so' && leadIn.every((token) => token.partOfSpeech !== 'PUNCT')
  );
}

const secondVerb = /,? and (?:is|are|has|have|was|were|also)\b.*$/;
const aside = /, (?:although|but|so|because|while|which (?:is why|means)|much as)\b.*$/;

function tidyDescription(predicate: string): string | null {
  const whole = predicate.replace(/[.!?]+$/, '').trim();
  const tidy = [secondVerb, aside].reduce((text, tail) => cutTail(text, text.search(tail)), whole);
  const leaning = tidy.search(leansOnEarlier);
  const free =
    leaning < 0
      ? tidy
      : cutTail(tidy, Math.max(...[' and ', ', '].map((at) => tidy.lastIndexOf(at, leaning))));
  const words = wordCount(free);
  const usable =
    words >= fewestWords && words <= mostWords && marker.test(free) && !leansOnEarlier.test(free);
  return usable && !/[:;"“”]/.test(free) ? free : null;
}

/** The text before `at`, when what remains is still a phrase. */
const cutTail = (text: string, at: number): string =>
  at > 0 && wordCount(text.slice(0, at)) >= fewestWords ? text.slice(0, at) : text;

const afterHead =
  /,| (?:that|which|who|where|of|in|by|with|used|from|for|to|on|at|as|between|through|without|together|surrounded|made|called|under)\b/;

/** The head of the defining phrase, in the singular: `enzyme` of `an enzyme that …`. */
function genusOf(description: string): string {
  const head = description.split(afterHead)[0] ?? '';
  const word = head.trim().split(' ').at(-1)?.toLowerCase() ?? '';
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

const wordCount = (text: string) => text.split(/\s+/).length;
const lowerFirst = (text: string) =>
  /^(?:[A-Z]{2}|[A-Z]\d)/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
