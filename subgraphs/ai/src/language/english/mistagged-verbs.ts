import type { Token } from './tokens.ts';

const isNoun = (token: Token | undefined) =>
  token?.partOfSpeech === 'NOUN' || token?.partOfSpeech === 'PROPN';
const opensNounPhrase = ['DET', 'ADP', 'ADJ', 'NUM', 'PRON'];
const startsObject = ['DET', 'NOUN', 'PROPN', 'PRON', 'NUM', 'ADJ'];

/**
 * Makes verbs of words such as `stores` in `the router stores them`, which the tagger takes for plurals.
 * A word is spared when the text uses it as a noun anywhere: after an article, adjective or preposition.
 */
export function mendVerbs(sentences: readonly (readonly Token[])[]): Token[][] {
  const surelyNouns = new Set<string>();
  for (const tokens of sentences) {
    for (const [place, token] of tokens.entries()) {
      const before = tokens[place - 1];
      if (before && isNoun(token) && opensNounPhrase.includes(before.partOfSpeech) && !isRelative(before)) {
        surelyNouns.add(token.lower);
      }
    }
  }
  return sentences.map((tokens) =>
    tokens.map((token, place) => {
      const before = tokens[place - 1];
      const after = tokens[place + 1];
      const suspect =
        isNoun(token) &&
        /[^s]s$/.test(token.lower) &&
        !surelyNouns.has(token.lower) &&
        /^\p{Ll}/u.test(token.text);
      const verbal =
        before &&
        (isNoun(before) || isRelative(before)) &&
        after &&
        startsObject.includes(after.partOfSpeech);
      return suspect && verbal ? { ...token, partOfSpeech: 'VERB' } : token;
    }),
  );
}

const isRelative = (token: Token) => ['that', 'which', 'who'].includes(token.lower);
