const hangul = /\p{Script=Hangul}/gu;
const letters = /\p{Letter}/gu;
const latinWords = /[\p{Script=Latin}']+/gu;
const englishWords = new Set(
  'the of and to is are were be been it that this with for on as by from or not which have has had but they their can will its into than then when where who what how if a'.split(
    ' ',
  ),
);
const sampleLength = 20_000;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * `ko` when at least three letters in ten are Hangul (Korean prose quotes much Latin), `en` when at least one
 * word in eight is an English function word, else `und`. Reads the first 20,000 characters.
 */
export function detectLanguage(text: string): 'en' | 'ko' | 'und' {
  const sample = text.slice(0, sampleLength);
  const total = count(sample, letters);
  if (total === 0) return 'und';
  if (count(sample, hangul) / total >= 0.3) return 'ko';
  const words = sample.toLowerCase().match(latinWords) ?? [];
  const known = words.filter((word) => englishWords.has(word)).length;
  return words.length > 0 && known / words.length >= 1 / 8 ? 'en' : 'und';
}
