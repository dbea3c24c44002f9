import { copyOf, type DataObject } from '../execution/gathered.ts';
import { answerHeadersOf, noteAnswerHeaders } from '../execution/header-rules.ts';

/** How long an answer may be kept, and whether for everybody or for its viewer alone. */
export interface Freshness {
  readonly maxAgeSeconds: number;
  readonly isPrivate: boolean;
}

const seconds = /(?:^|[\s,])max-age=(\d{1,9})(?![\w=])/i;
const forbidden = /(?:^|[\s,])(?:no-store|no-cache)(?![\w=-])/i;
const kept = /(?:^|[\s,])private(?![\w-])/i;

/** What a `Cache-Control` header allows (RFC 9111); null when it allows nothing. */
export function readCacheControl(header: string): Freshness | null {
  if (forbidden.test(header)) return null;
  const maxAgeSeconds = Number(seconds.exec(header)?.[1] ?? 0);
  return maxAgeSeconds > 0 ? { maxAgeSeconds, isPrivate: kept.test(header) } : null;
}

/** What may be done with two answers in one: the shorter time, and private if either is. */
export function joinFreshness(one: Freshness | null, other: Freshness | null): Freshness | null {
  if (!one || !other) return null;
  return {
    maxAgeSeconds: Math.min(one.maxAgeSeconds, other.maxAgeSeconds),
    isPrivate: one.isPrivate || other.isPrivate,
  };
}

export const presentFreshness = (freshness: Freshness | null): string =>
  freshness
    ? `max-age=${freshness.maxAgeSeconds}, ${freshness.isPrivate ? 'private' : 'public'}`
    : 'no-store';

/** What subgraphs said of their answers: beside the answers, so that nothing but a cache has to carry it along. */
const said = new WeakMap<DataObject, Freshness>();

/** Keeps what a subgraph's `Cache-Control` header allows for its answer. */
export function noteCacheControl(answer: DataObject, header: string | string[] | undefined): void {
  if (typeof header !== 'string' || header === 'no-store') return;
  const freshness = readCacheControl(header);
  if (freshness) said.set(answer, freshness);
}

/** Null when the subgraph did not allow to keep the answer, or the answer tells of errors. */
export const freshnessOf = (answer: DataObject): Freshness | null =>
  answer.errors === undefined ? (said.get(answer) ?? null) : null;

/** A copy that shares nothing with the answer and may be kept as long. */
export function copyOfAnswer(answer: DataObject): DataObject {
  const copy = copyOf(answer) as DataObject;
  const freshness = said.get(answer);
  if (freshness) said.set(copy, freshness);
  noteAnswerHeaders(copy, answerHeadersOf(answer));
  return copy;
}
