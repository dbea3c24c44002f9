import { createHash } from 'node:crypto';
import type { StudyDay } from '@studymate/runtime';
import type { CardState } from './schedule.ts';

export const reviewOrders = ['DUE', 'RELATIVE_OVERDUENESS', 'RETRIEVABILITY_ASC', 'RANDOM_SEEDED'] as const;
export type ReviewOrder = (typeof reviewOrders)[number];
export type QueueReason = 'LEARNING_STEP' | 'DUE' | 'OVERDUE' | 'NEW';

/** A card that could be shown now: new, or due at or before now, and not suspended. */
export interface QueueCandidate {
  readonly id: string;
  readonly deckId: string;
  /** Cards made from one note are siblings. */
  readonly noteId: string;
  readonly state: CardState;
  readonly due: Date | null;
  /** Null for a new card. */
  readonly retrievability: number | null;
  readonly createdAt: Date;
}

/** What a deck may still show in this study day. */
export interface DeckAllowance {
  readonly newCards: number;
  readonly reviews: number;
  readonly desiredRetention: number;
}

export interface QueueRules {
  readonly today: StudyDay;
  readonly startOfToday: Date;
  readonly order: ReviewOrder;
  readonly allowances: ReadonlyMap<string, DeckAllowance>;
  /** Notes of which a card was answered today, with those cards. */
  readonly seenToday: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface QueueEntry<Candidate extends QueueCandidate> {
  readonly candidate: Candidate;
  readonly reason: QueueReason;
}

/** A shuffle that needs no state: the first 48 bits of MD5, as PostgreSQL computes it too. */
const shuffleKey = (text: string): number =>
  Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 12), 16);

/** How far below the wanted retention a card has sunk: odds of forgetting now over odds of forgetting when due. */
function overdueness(retrievability: number | null, desiredRetention: number): number {
  if (retrievability === null) return 0;
  return (1 / retrievability - 1) / (1 / desiredRetention - 1);
}

/** The smaller key is shown earlier. */
function sortKey(candidate: QueueCandidate, rules: QueueRules): number {
  const desired = rules.allowances.get(candidate.deckId)?.desiredRetention ?? 0.9;
  if (rules.order === 'RELATIVE_OVERDUENESS') return -overdueness(candidate.retrievability, desired);
  if (rules.order === 'RETRIEVABILITY_ASC') return candidate.retrievability ?? 0;
  if (rules.order === 'RANDOM_SEEDED') return shuffleKey(`${rules.today}:${candidate.id}`);
  return 0;
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const byDue = (one: QueueCandidate, other: QueueCandidate) =>
  Number(one.due) - Number(other.due) || byText(one.id, other.id);
const byAge = (one: QueueCandidate, other: QueueCandidate) =>
  Number(one.createdAt) - Number(other.createdAt) || byText(one.id, other.id);

function inReviewOrder<C extends QueueCandidate>(candidates: readonly C[], rules: QueueRules): C[] {
  return candidates
    .map((candidate) => ({ candidate, key: sortKey(candidate, rules) }))
    .toSorted((one, other) => one.key - other.key || byDue(one.candidate, other.candidate))
    .map(({ candidate }) => candidate);
}

/** Lets through at most one card of a note a day, and of each deck no more than its allowance. */
function createGate(rules: QueueRules, allowed: (allowance: DeckAllowance) => number) {
  const taken = new Map<string, number>();
  return (candidate: QueueCandidate): boolean => {
    const allowance = rules.allowances.get(candidate.deckId);
    const used = taken.get(candidate.deckId) ?? 0;
    if (!allowance || used >= allowed(allowance)) return false;
    taken.set(candidate.deckId, used + 1);
    return true;
  };
}

/**
 * What to show now, in a total order: cards in learning steps by due instant; then due reviews in the asked
 * order, ties by due instant and then id; then new cards by age and then id. A card is buried until tomorrow
 * when a sibling was answered today or stands earlier in the queue; cards in steps are never buried.
 * Each deck shows no more reviews and new cards in a study day than its preset allows.
 */
export function orderQueue<C extends QueueCandidate>(
  candidates: readonly C[],
  rules: QueueRules,
): QueueEntry<C>[] {
  const learning = candidates
    .filter(({ state }) => state === 'LEARNING' || state === 'RELEARNING')
    .toSorted(byDue);
  const reviews = inReviewOrder(
    candidates.filter(({ state }) => state === 'REVIEW'),
    rules,
  );
  const fresh = candidates.filter(({ state }) => state === 'NEW').toSorted(byAge);

  const shownNotes = new Set(learning.map(({ noteId }) => noteId));
  const isBuried = ({ id, noteId }: C): boolean => {
    const seen = rules.seenToday.get(noteId);
    return shownNotes.has(noteId) || (seen !== undefined && (seen.size > 1 || !seen.has(id)));
  };
  const admit = (list: readonly C[], allowed: (allowance: DeckAllowance) => number): C[] => {
    const passes = createGate(rules, allowed);
    return list.filter((candidate) => {
      if (isBuried(candidate) || !passes(candidate)) return false;
      shownNotes.add(candidate.noteId);
      return true;
    });
  };
  const admittedReviews = admit(reviews, ({ reviews: count }) => count);
  const admittedNew = admit(fresh, ({ newCards }) => newCards);
  const reviewReason = ({ due }: C): QueueReason =>
    due !== null && due.getTime() < rules.startOfToday.getTime() ? 'OVERDUE' : 'DUE';

  return [
    ...learning.map((candidate) => ({ candidate, reason: 'LEARNING_STEP' as const })),
    ...admittedReviews.map((candidate) => ({ candidate, reason: reviewReason(candidate) })),
    ...admittedNew.map((candidate) => ({ candidate, reason: 'NEW' as const })),
  ];
}
