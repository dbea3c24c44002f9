import type { Token } from './tokens.ts';
import { emptyModifiers, generalNouns } from './words.ts';

/** A run of words that may name something. */
export interface Phrase {
  readonly key: string;
  readonly tokens: readonly Token[];
}

const longestTerm = 5;
const codeLike = /^[A-Z][A-Za-z]*\d+\+?$/;

export const isNominal = (token: Token): boolean =>
  token.partOfSpeech === 'NOUN' || token.partOfSpeech === 'PROPN' || codeLike.test(token.text);

const isModifier = (token: Token): boolean =>
  token.partOfSpeech === 'ADJ' && !emptyModifiers.has(token.lower) && !token.stopWord;

const mayStand = (token: Token): boolean =>
  /\p{L}/u.test(token.text) && !emptyModifiers.has(token.lower) && (isNominal(token) || isModifier(token));

/** What makes two mentions the same term: the words before the head as written, the head in the singular. */
export const keyOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token, place) => (place === tokens.length - 1 && isNominal(token) ? token.lemma : token.lower))
    .join(' ');

/** The maximal noun phrases of a sentence, without articles and empty adjectives. */
export function nounRuns(tokens: readonly Token[]): Token[][] {
  const runs: Token[][] = [];
  let run: Token[] = [];
  const close = () => {
    while (run.length > 0 && !isNominal(run[run.length - 1] as Token)) run.pop();
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (const token of tokens) {
    const previous = run.at(-1);
    if (previous && isModifier(token) && !isNominal(token) && isNominal(previous)) close();
    if (mayStand(token)) run.push(token);
    else close();
  }
  close();
  return runs;
}

/** Every part of a run that may be a term of its own: it ends in a noun and is not one general word. */
export function phrasesIn(run: readonly Token[]): Phrase[] {
  const phrases: Phrase[] = [];
  for (let start = 0; start < run.length; start += 1) {
    for (let end = start + 1; end <= Math.min(run.length, start + longestTerm); end += 1) {
      const tokens = run.slice(start, end);
      const head = tokens.at(-1);
      if (!head || !isNominal(head)) continue;
      if (tokens.length === 1 && (generalNouns.has(head.lemma) || head.stopWord || head.text.length < 3))
        continue;
      phrases.push({ key: keyOf(tokens), tokens });
    }
  }
  return phrases;
}
