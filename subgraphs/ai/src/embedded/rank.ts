import type { Reading } from '../language/language.ts';

export interface Ranking {
  /** One score per sentence; higher is more central. */
  readonly scores: readonly number[];
  /** Cosine of the tf-idf vectors of two sentences, 0–1. */
  similarity(first: number, second: number): number;
}

const damping = 0.85;
const rounds = 40;

/**
 * How central each sentence is: TextRank (Mihalcea & Tarau 2004) over the cosine of tf-idf vectors, lifted for
 * sentences that open a section, define a term or share words with the headings.
 */
export function rankSentences(reading: Reading): Ranking {
  const vectors = weigh(reading);
  const similarity = (first: number, second: number) => cosine(vectors[first], vectors[second]);
  const central = iterate(vectors, similarity);
  const headingWords = new Set(
    reading.text.sections.flatMap(({ title }) => (title ?? '').toLowerCase().split(/[\s:,.?]+/)),
  );
  const defining = new Set([...reading.terms.values()].map(({ definition }) => definition?.sentence));
  const highest = Math.max(...central, Number.EPSILON);

  const scores = reading.text.sentences.map(({ index, position, section, paragraph }) => {
    const opensSection = position === 0 && reading.text.sentences[index - 1]?.section !== section;
    const onTopic = (reading.sentences[index]?.content ?? []).filter((word) => headingWords.has(word)).length;
    const lift =
      (opensSection ? 0.2 : 0) +
      (position === 0 ? 0.1 : 0) +
      (defining.has(index) ? 0.2 : 0) +
      (paragraph === 0 && defining.has(index) ? 0.2 : 0) +
      Math.min(0.2, onTopic * 0.07);
    return (central[index] ?? 0) / highest + lift;
  });
  return { scores, similarity };
}

interface Vector {
  readonly weights: ReadonlyMap<string, number>;
  readonly length: number;
}

function weigh(reading: Reading): Vector[] {
  const seenIn = new Map<string, number>();
  for (const { content } of reading.sentences) {
    for (const word of new Set(content)) seenIn.set(word, (seenIn.get(word) ?? 0) + 1);
  }
  const total = reading.sentences.length;
  return reading.sentences.map(({ content }) => {
    const weights = new Map<string, number>();
    for (const word of content) {
      weights.set(word, (weights.get(word) ?? 0) + Math.log(1 + total / (seenIn.get(word) ?? 1)));
    }
    return { weights, length: Math.hypot(...weights.values()) };
  });
}

function cosine(first: Vector | undefined, second: Vector | undefined): number {
  if (!first || !second || first.length === 0 || second.length === 0) return 0;
  let product = 0;
  for (const [word, weight] of first.weights) product += weight * (second.weights.get(word) ?? 0);
  return product / (first.length * second.length);
}

function iterate(
  vectors: readonly Vector[],
  similarity: (first: number, second: number) => number,
): number[] {
  const count = vectors.length;
  const links = vectors.map((_, from) => vectors.map((__, to) => (from === to ? 0 : similarity(from, to))));
  const degrees = links.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  let scores = new Array<number>(count).fill(1 / count);
  for (let round = 0; round < rounds; round += 1) {
    const received = new Array<number>(count).fill((1 - damping) / count);
    for (const [from, row] of links.entries()) {
      const degree = degrees[from] ?? 0;
      if (degree === 0) continue;
      const given = (damping * (scores[from] ?? 0)) / degree;
      for (const [to, weight] of row.entries()) received[to] = (received[to] ?? 0) + given * weight;
    }
    scores = received;
  }
  return scores;
}
