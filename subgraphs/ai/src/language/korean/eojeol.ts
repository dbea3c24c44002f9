import type { KoreanDictionary } from './dictionary.ts';

/** A word between spaces: a noun with its particle, or anything else. */
export interface Eojeol {
  readonly text: string;
  /** UTF-16 indices into the sentence, without punctuation around the word. */
  readonly start: number;
  readonly end: number;
  /** The noun that the word is built on, or null for verbs, adjectives and adverbs. */
  readonly noun: string | null;
  /** What follows the noun: a particle, nothing, or a form of 하다 and the like. */
  readonly particle: string;
  /** The noun may stand as a term: nothing but a particle follows it, and the word is no verb form. */
  readonly nominal: boolean;
  /** The noun, or a part of it, is in the dictionary. */
  readonly known: boolean;
  /** A comma or a full stop follows. */
  readonly closes: boolean;
}

const latinNoun = /^[A-Za-z][A-Za-z0-9+.-]*(?:[가-힣]*[가-힣])?/;
const copula = /^(?:이다|다|입니다|이며|며|이고|고|이었다|였다|인|이자|자|이지만|지만|이므로|므로|이라)$/;
const verbal = /^(?:하|한|할|함|해|했|되|된|될|됨|돼|됐|시키|시킨|시켜|받|당하|스럽|롭)/;

/** Cuts a sentence into words and finds the noun in each. */
export function readEojeols(sentence: string, dictionary: KoreanDictionary): Eojeol[] {
  const words: Eojeol[] = [];
  for (const match of sentence.matchAll(/\S+/g)) {
    const outer = match[0];
    const text = outer.replace(/^[\s"'“”‘’([「『]+|[\s"'“”‘’,.!?;:…)\]」』]+$/g, '');
    if (text === '') continue;
    const start = match.index + outer.indexOf(text);
    words.push({
      text,
      start,
      end: start + text.length,
      closes: /[,.!?;:]$/.test(outer),
      ...analyse(text, dictionary),
    });
  }
  return words;
}

type Analysis = Pick<Eojeol, 'noun' | 'particle' | 'nominal' | 'known'>;
const noNoun: Analysis = { noun: null, particle: '', nominal: false, known: false };

function analyse(word: string, dictionary: KoreanDictionary): Analysis {
  if (latinNoun.test(word)) return analyseLatin(word, dictionary);
  if (!/^[가-힣·]+$/.test(word) || dictionary.adverbs.has(word)) return noNoun;

  const split = longestNoun(word, dictionary);
  const verbForm = isVerbForm(word, dictionary);
  if (!split) return verbForm || /[다요죠]$/.test(word) ? noNoun : analyseUnknown(word, dictionary);
  const [noun, rest] = split;
  const listed = dictionary.nouns.has(noun);
  const gerund = noun.length > 2 && noun.endsWith('기') && isVerbForm(noun, dictionary);
  if (gerund || (verbForm && (noun.length < 2 || !listed))) return noNoun;
  const particle = rest === '' || dictionary.particles.has(rest) || copula.test(rest);
  const inflected = verbForm && (rest !== '' || /[지고며면게나다는]$/.test(word));
  return { noun, particle: rest, nominal: noun.length > 1 && particle && !inflected, known: true };
}

/** The longest dictionary noun, else the longest pair of nouns side by side, that leaves a particle or a verbal ending. */
function longestNoun(word: string, dictionary: KoreanDictionary): [string, string] | null {
  for (const isNoun of [isListed, isCompound]) {
    for (let length = word.length; length >= 1; length -= 1) {
      const noun = word.slice(0, length);
      const rest = word.slice(length);
      const tail = rest === '' || dictionary.particles.has(rest) || copula.test(rest) || verbal.test(rest);
      if (tail && isNoun(noun, dictionary)) return giveBackCopula(noun, rest, dictionary);
    }
  }
  return null;
}

/** The dictionary has 세포이 (sepoy): 세포이다 is still 세포 and 이다. */
function giveBackCopula(noun: string, rest: string, dictionary: KoreanDictionary): [string, string] {
  const shorter = noun.slice(0, -1);
  const swallowed = noun.endsWith('이') && /^[다며고]/.test(rest);
  const real = dictionary.nouns.has(shorter) || isCompound(shorter, dictionary);
  return swallowed && real ? [shorter, `이${rest}`] : [noun, rest];
}

const isListed = (noun: string, dictionary: KoreanDictionary) => dictionary.nouns.has(noun);

/** 비만세포 is 비만 and 세포; 호중구가 is not 호중 and 구가, whose end is a particle. */
function isCompound(noun: string, dictionary: KoreanDictionary): boolean {
  for (let cut = 2; cut <= noun.length - 2; cut += 1) {
    const second = noun.slice(cut);
    if (second.length === 2 && dictionary.particles.has(second.slice(1))) continue;
    if (dictionary.nouns.has(noun.slice(0, cut)) && dictionary.nouns.has(second)) return true;
  }
  return false;
}

/** A word of the dictionary's verbs or adjectives with an ending: 일어나며, 삼킨, 옮겨, 만드는. */
function isVerbForm(word: string, dictionary: KoreanDictionary): boolean {
  for (let length = word.length; length >= 1; length -= 1) {
    const prefix = word.slice(0, length);
    const ending = word.slice(length);
    const ends = dictionary.endings.has(ending);
    if (dictionary.stems.has(prefix) && (ending === '' ? length > 1 : ends)) return true;
    if (length < 2) continue;
    if (/^(?:는|는데|니|시|신|며)$/.test(ending) && dictionary.stems.has(withFinal(prefix, finals.ㄹ)))
      return true;
    if ((ending === '' || ends) && contractions(prefix).some((stem) => dictionary.stems.has(stem)))
      return true;
  }
  return false;
}

const firstSyllable = 0xac00;
const finalCount = 28;
const finals = { none: 0, ㄴ: 4, ㄹ: 8, ㅁ: 16, ㅆ: 20 } as const;
const medials = { ㅕ: 6, ㅣ: 20 } as const;

/** The stems that may have run together with an ending in the last syllable: 삼킨 → 삼키, 옮겨 → 옮기. */
function contractions(prefix: string): string[] {
  const code = prefix.charCodeAt(prefix.length - 1) - firstSyllable;
  const final = code % finalCount;
  const medial = Math.floor(code / finalCount) % 21;
  const stems: string[] = [];
  if ([finals.ㄴ, finals.ㄹ, finals.ㅁ].some((each) => each === final))
    stems.push(withFinal(prefix, finals.none));
  if (medial === medials.ㅕ && (final === finals.none || final === finals.ㅆ)) {
    stems.push(shiftLast(prefix, (medials.ㅣ - medials.ㅕ) * finalCount - final));
  }
  return stems;
}

function withFinal(word: string, final: number): string {
  const code = word.charCodeAt(word.length - 1) - firstSyllable;
  return shiftLast(word, final - (code % finalCount));
}

const shiftLast = (word: string, by: number) =>
  word.slice(0, -1) + String.fromCharCode(word.charCodeAt(word.length - 1) + by);

/** A foreign or new word: the shortest noun that leaves one of the plain particles. */
function analyseUnknown(word: string, dictionary: KoreanDictionary): Analysis {
  const match =
    /^([가-힣·]{2,}?)(은|는|이|가|을|를|의|에|에서|에게|으로|로|와|과|도|이란|란|에는|에서는|이다)$/.exec(
      word,
    );
  const noun = match?.[1] ?? word;
  const verbish =
    /(?:[아어여해워와려쳐져혀][서야도]?|[는은던]|도록|면서|려고|지만|거나|[하되시]여|[고며면게지])$/.test(
      word,
    );
  if (verbish && !match) return noNoun;
  return {
    noun,
    particle: match?.[2] ?? '',
    nominal: noun.length > 1 && !isVerbForm(word, dictionary),
    known: false,
  };
}

function analyseLatin(word: string, dictionary: KoreanDictionary): Analysis {
  const latin = /^[A-Za-z0-9+.-]+/.exec(word)?.[0] ?? '';
  const lengths = [
    latin.length,
    ...Array.from({ length: word.length - latin.length }, (_, step) => word.length - step),
  ];
  for (const length of lengths) {
    const noun = word.slice(0, length);
    const rest = word.slice(length);
    const hangul = noun.slice(latin.length);
    const ends = rest === '' || dictionary.particles.has(rest) || copula.test(rest);
    if (ends && (hangul === '' || dictionary.nouns.has(hangul))) {
      return { noun, particle: rest, nominal: noun.length > 1, known: true };
    }
  }
  return { noun: word, particle: '', nominal: word.length > 1, known: true };
}
