import { wrongState } from '@studymate/contracts';
import type { BankEntry, Quiz, QuizSlot } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { contentSchema, type QuestionContent } from '../question/content.ts';
import { shuffledIds } from '../question/question.view.ts';
import { shuffle } from './shuffle.ts';

/** A question that an attempt will ask. */
export interface PlannedItem {
  /** Its place before shuffling, from 1. */
  readonly position: number;
  /** Its place in the attempt, from 1. */
  readonly number: number;
  readonly entryId: string;
  readonly questionId: string;
  readonly choiceOrder: readonly string[];
  /** Decimal digits. */
  readonly maxScore: string;
}

interface PinnedEntry {
  readonly entry: BankEntry;
  readonly version: number;
  readonly maxScore: string;
}

/**
 * What an attempt with this seed asks: fixed slots their question, random slots a draw without repetition,
 * each in the version that is the latest now; then the order of questions and of choices.
 */
export async function planItems(context: Context, quiz: Quiz, seed: string): Promise<PlannedItem[]> {
  const pinned = await pinEntries(context, await context.quizzes.slotsOf(quiz.id), seed);
  const questions = await Promise.all(
    pinned.map(({ entry, version }) => context.questions.findVersion(entry.id, version)),
  );
  const places = pinned.map((_, index) => index);
  const order = quiz.shuffleQuestions ? shuffle(places, `${seed}:questions`) : places;

  return order.flatMap((place, index) => {
    const question = questions[place];
    const asked = pinned[place];
    if (!question || !asked) return [];
    const choiceOrder = orderChoices(contentSchema.parse(question.content), {
      keepsAuthorsOrder: !quiz.shuffleChoices,
      seed: `${seed}:${question.entryId}`,
    });
    const { id: questionId, entryId } = question;
    return [
      { position: place + 1, number: index + 1, entryId, questionId, choiceOrder, maxScore: asked.maxScore },
    ];
  });
}

/** A choice may keep its author's order; sides to match and items to order never do, for it is the answer. */
export function orderChoices(
  content: QuestionContent,
  { keepsAuthorsOrder, seed }: { readonly keepsAuthorsOrder: boolean; readonly seed: string },
): string[] {
  const ids = shuffledIds(content);
  return content.kind === 'CHOICE' && keepsAuthorsOrder ? ids : shuffle(ids.toSorted(), seed);
}

async function pinEntries(
  context: Context,
  slots: readonly QuizSlot[],
  seed: string,
): Promise<PinnedEntry[]> {
  const taken = new Set(slots.flatMap(({ entryId }) => entryId ?? []));
  const pools = new Map<string, Promise<BankEntry[]>>();
  const poolOf = ({ bankId, skillIds, difficulty }: QuizSlot) => {
    const draw = { bankId: bankId ?? '', skillIds, difficulty };
    const key = JSON.stringify(draw);
    const pool = pools.get(key) ?? context.entries.drawable(draw);
    pools.set(key, pool);
    return pool;
  };

  const fixed = await Promise.all(slots.map(({ entryId }) => entryId && context.entries.find(entryId)));
  const drawnFrom = await Promise.all(slots.map((slot) => (slot.bankId === null ? [] : poolOf(slot))));
  return slots.flatMap((slot, index) => {
    const maxScore = slot.maxScore.toString();
    const entry = fixed[index];
    if (entry) return [{ entry, version: slot.pinnedVersion ?? entry.latestVersion, maxScore }];

    const free = (drawnFrom[index] ?? []).filter(({ id }) => !taken.has(id));
    if (free.length < slot.pick)
      throw wrongState('The quiz has run out of questions to draw.', 'QUESTIONS_MISSING', ['PUBLISHED']);
    const drawn = shuffle(free, `${seed}:slot:${slot.number}`).slice(0, slot.pick);
    for (const { id } of drawn) taken.add(id);
    return drawn.map((each) => ({ entry: each, version: each.latestVersion, maxScore }));
  });
}
