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
  const central = iterate(vectors);
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

/** Words in more sentences than this share tell nothing about which sentences belong together. */
const commonShare = 0.2;
const fewSentences = 60;

/** For each sentence the similarity to every other that shares a word with it. */
function link(vectors: readonly Vector[]): Map<number, number>[] {
  const links = vectors.map(() => new Map<number, number>());
  const postings = new Map<string, number[]>();
  for (const [index, { weights }] of vectors.entries()) {
    for (const word of weights.keys()) {
      const where = postings.get(word) ?? [];
      where.push(index);
      postings.set(word, where);
    }
  }
  const mostPostings = Math.max(fewSentences, vectors.length * commonShare);
  for (const [word, where] of postings) {
    if (where.length > mostPostings) continue;
    for (const from of where) {
      for (const to of where) {
        if (from !== to)
          links[from]?.set(to, (links[from]?.get(to) ?? 0) + shareOf(word, vectors[from], vectors[to]));
      }
    }
  }
  return links;
}

function shareOf(word: string, from: Vector | undefined, to: Vector | undefined): number {
  const product = (from?.weights.get(word) ?? 0) * (to?.weights.get(word) ?? 0);
  return product / Math.max(Number.EPSILON, (from?.length ?? 0) * (to?.length ?? 0));
}

function iterate(vectors: readonly Vector[]): number[] {
  const count = vectors.length;
  const links = link(vectors);
  const degrees = links.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 0));
  let scores = new Array<number>(count).fill(1 / count);
  for (let round = 0; round < rounds; round += 1) {
    const received = new Array<number>(count).fill((1 - damping) / count);
    for (const [from, row] of links.entries()) {
      const degree = degrees[from] ?? 0;
      if (degree === 0) continue;
      const given = (damping * (scores[from] ?? 0)) / degree;
      for (const [to, weight] of row) received[to] = (received[to] ?? 0) + given * weight;
    }
    scores = received;
  }
  return scores;
}
