import type { StudyLanguage } from '../language/language.ts';

interface Bounds {
  readonly fewest: number;
  readonly most: number;
}

/** Words between spaces that a summary sentence may have: shorter ones say little, longer ones are not read. */
export const summarySizes: Readonly<Record<StudyLanguage, Bounds>> = {
  en: { fewest: 7, most: 36 },
  ko: { fewest: 5, most: 26 },
};

/** The same for the sentence of a cloze question, which needs context around the gap. */
export const clozeSizes: Readonly<Record<StudyLanguage, Bounds>> = {
  en: { fewest: 8, most: 34 },
  ko: { fewest: 5, most: 22 },
};

export const sizeOf = (text: string): number => text.split(/\s+/).length;
