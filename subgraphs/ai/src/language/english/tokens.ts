import model from 'wink-eng-lite-web-model';
import winkNLP, { type ItemToken } from 'wink-nlp';

/** One word or mark of a sentence; hyphenated words are one token. */
export interface Token {
  readonly text: string;
  readonly lower: string;
  readonly lemma: string;
  /** Universal part of speech: NOUN, PROPN, ADJ, VERB, … */
  readonly partOfSpeech: string;
  /** UTF-16 indices into the sentence. */
  readonly start: number;
  readonly end: number;
  readonly stopWord: boolean;
}

export type Tokenizer = (sentence: string) => Token[];

/** Loads the English model; takes some 60 ms and 80 MB. */
export function createTokenizer(): Tokenizer {
  const nlp = winkNLP(model, ['pos']);
  const { its } = nlp;
  /** wink types `lemma` with fewer parameters than its own `out` passes. */
  const lemmaOf = (...parameters: unknown[]) => String(Reflect.apply(its.lemma, its, parameters));
  return (sentence) => {
    const tokens: Token[] = [];
    let position = 0;
    nlp
      .readDoc(sentence)
      .tokens()
      .each((token: ItemToken) => {
        const text = token.out();
        const start = sentence.indexOf(text, position);
        position = start + text.length;
        const lower = text.toLowerCase();
        tokens.push({
          text,
          lower,
          lemma: singularOf(lower, String(token.out(lemmaOf)), String(token.out(its.pos))),
          partOfSpeech: String(token.out(its.pos)),
          start,
          end: position,
          stopWord: Boolean(token.out(its.stopWordFlag)),
        });
      });
    return joinHyphenated(tokens);
  };
}

const irregularPlurals: Readonly<Record<string, string>> = {
  stomata: 'stoma',
  bacteria: 'bacterium',
  leaves: 'leaf',
  algae: 'alga',
  nuclei: 'nucleus',
  mitochondria: 'mitochondrion',
  data: 'data',
  phenomena: 'phenomenon',
  criteria: 'criterion',
  hypotheses: 'hypothesis',
  analyses: 'analysis',
  axes: 'axis',
  media: 'media',
};
const singularEnding = /(?:ss|us|is|os|ics|ies|xes|ches|shes|sses|zes)$/;

/** The singular of a noun, else the lemma. wink leaves unknown plurals as they are and turns `peering` into `peer`. */
function singularOf(lower: string, lemma: string, partOfSpeech: string): string {
  const irregular = irregularPlurals[lower];
  if (irregular) return irregular;
  if (partOfSpeech !== 'NOUN' && partOfSpeech !== 'PROPN') return lemma.toLowerCase();
  if (!lower.endsWith('s') || lower.length <= 3) return lower;
  if (lemma.toLowerCase() !== lower) return lemma.toLowerCase();
  return singularEnding.test(lower) ? lower : lower.slice(0, -1);
}

function joinHyphenated(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const hyphen = joined.at(-1);
    const word = joined.at(-2);
    const touches = hyphen?.text === '-' && hyphen.end === token.start && word?.end === hyphen.start;
    if (!touches || !word || !hyphen) {
      joined.push(token);
      continue;
    }
    joined.splice(-2, 2, {
      text: `${word.text}-${token.text}`,
      lower: `${word.lower}-${token.lower}`,
      lemma: `${word.lower}-${token.lemma}`,
      partOfSpeech: token.partOfSpeech === 'VERB' ? 'ADJ' : token.partOfSpeech,
      start: word.start,
      end: token.end,
      stopWord: false,
    });
  }
  return joined;
}
