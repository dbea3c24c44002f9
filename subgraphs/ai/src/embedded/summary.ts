import type { SummaryStyle } from '@studymate/contracts';
import type { SummaryDraft } from '../draft/draft.ts';
import type { Reading } from '../language/language.ts';
import { endsAsSentence } from '../text/readable.ts';
import { type Ranking, rankSentences } from './rank.ts';
import { sizeOf, summarySizes } from './size.ts';

export interface SummaryRequest {
  readonly style: SummaryStyle;
  /** How many sentences; null lets the length of the text decide. */
  readonly count: number | null;
}

const mostAlike = 0.45;
const sectionPenalty = 0.35;
const pointsPerSection = 2;

/** An extractive summary: the text's own sentences, each readable without its neighbours, in reading order. */
export function summarize(reading: Reading, { style, count }: SummaryRequest): SummaryDraft {
  const ranking = rankSentences(reading);
  const usable = reading.text.sentences
    .filter(({ index }) => isSummarySentence(reading, index))
    .map(({ index }) => index);
  const wanted = count ?? defaultCount(reading, style);
  const chosen = choose(reading, ranking, {
    usable,
    wanted,
    perSection: style === 'OUTLINE' ? pointsPerSection : wanted,
  });
  return {
    points: chosen.map((index) => ({
      heading: style === 'OUTLINE' ? headingOf(reading, index) : '',
      text: reading.sentences[index]?.statement ?? '',
      quotes: [reading.text.sentences[index]?.quote ?? ''],
    })),
  };
}

/** About one sentence in ten, at least three; an outline covers every section. */
function defaultCount(reading: Reading, style: SummaryStyle): number {
  if (style === 'OUTLINE') return pointsPerSection * reading.text.sections.length;
  const share = Math.round(reading.text.sentences.length / 10);
  return Math.min(style === 'ABSTRACT' ? 6 : 10, Math.max(3, share));
}

export function isSummarySentence(reading: Reading, index: number): boolean {
  const { statement = '', standsAlone = false } = reading.sentences[index] ?? {};
  const size = sizeOf(statement);
  const { fewest, most } = summarySizes[reading.language];
  return (
    standsAlone && size >= fewest && size <= most && endsAsSentence(statement) && /[.。]$/.test(statement)
  );
}

interface Choice {
  readonly usable: readonly number[];
  readonly wanted: number;
  readonly perSection: number;
}

/** Greedy maximal marginal relevance, with a penalty for sections that have had their say. */
function choose(reading: Reading, ranking: Ranking, { usable, wanted, perSection }: Choice): number[] {
  const chosen: number[] = [];
  const used = new Map<number, number>();
  const sectionOf = (index: number) => reading.text.sentences[index]?.section ?? 0;
  while (chosen.length < wanted) {
    let best: { index: number; value: number } | null = null;
    for (const index of usable) {
      const taken = used.get(sectionOf(index)) ?? 0;
      const alike = Math.max(0, ...chosen.map((other) => ranking.similarity(index, other)));
      if (chosen.includes(index) || taken >= perSection || alike > mostAlike) continue;
      const value = (ranking.scores[index] ?? 0) - alike * 0.5 - taken * sectionPenalty;
      if (best === null || value > best.value) best = { index, value };
    }
    if (best === null) break;
    chosen.push(best.index);
    used.set(sectionOf(best.index), (used.get(sectionOf(best.index)) ?? 0) + 1);
  }
  return chosen.sort((a, b) => a - b);
}

function headingOf(reading: Reading, index: number): string {
  const section = reading.text.sentences[index]?.section ?? 0;
  return reading.text.sections[section]?.title ?? '';
}
