import { conflict, invalidInput, newRowId } from '@studymate/contracts';
import type { Difficulty, Prisma, Quiz, QuizSlot } from '@studymate/database/quiz';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { QuizSlotInput } from '../__generated__/resolvers.ts';
import { findBank, findEntry } from '../bank/bank.service.ts';
import type { Context } from '../context.ts';
import { Exact, zero } from '../grading/fraction.ts';
import { canAuthorQuiz } from './quiz.policy.ts';
import { getQuizAsAuthor } from './quiz.service.ts';

export const maxQuestionsPerQuiz = 200;

const slotsSchema = z
  .array(
    z.object({
      maxScore: z.number().positive().max(1_000).transform(String),
      entryId: z.string().nullish(),
      pinnedVersion: z.int().positive().nullish(),
      bankId: z.string().nullish(),
      skillIds: z.array(z.string()).max(50).nullish(),
      pick: z.int().positive().max(maxQuestionsPerQuiz).nullish(),
    }),
  )
  .max(maxQuestionsPerQuiz);

type SlotFields = z.output<typeof slotsSchema>[number];

export interface SlotsInput {
  readonly quizId: string;
  readonly expectedRevision: number;
  readonly slots: readonly QuizSlotInput[];
}

/** The slots, for the quiz's author; else null. */
export async function listSlots(context: Context, quiz: Quiz): Promise<readonly QuizSlot[] | null> {
  return canAuthorQuiz(context.viewer, quiz) ? context.quizzes.slotsOf(quiz.id) : null;
}

/** Replaces the slots of a quiz. Attempts that have begun keep the questions they began with. */
export async function setQuizSlots(context: Context, input: SlotsInput): Promise<Quiz> {
  const quiz = await getQuizAsAuthor(context, input.quizId);
  if (quiz.revision !== input.expectedRevision) throw conflict('The quiz has been changed.', quiz.revision);

  const fields = parseInput(slotsSchema, 'slots', input.slots);
  const slots = await Promise.all(
    fields.map((slot, index) =>
      toSlot(context, { ...slot, quizId: quiz.id, index, difficulty: input.slots[index]?.difficulty ?? [] }),
    ),
  );
  const questionCount = slots.reduce((count, { pick }) => count + pick, 0);
  if (questionCount > maxQuestionsPerQuiz)
    throw invalidInput(['slots'], `slots: at most ${maxQuestionsPerQuiz} questions`, 'too_big');
  if (quiz.status === 'PUBLISHED' && questionCount === 0)
    throw invalidInput(['slots'], 'slots: a published quiz needs a question', 'too_small');

  const maxScore = slots.reduce((sum, slot) => sum.plus(new Exact(slot.maxScore).times(slot.pick)), zero);
  return context.transaction(async (inner) => {
    const change = { questionCount, maxScore: maxScore.toString() };
    const revised = await inner.quizzes.revise(quiz.id, input.expectedRevision, change);
    if (!revised) throw conflict('The quiz has been changed.', quiz.revision + 1);
    await inner.quizzes.replaceSlots(quiz.id, slots);
    return revised;
  });
}

interface PlacedSlot extends SlotFields {
  readonly quizId: string;
  readonly index: number;
  readonly difficulty: readonly Difficulty[];
}

type SlotRow = Prisma.QuizSlotCreateManyInput & { readonly maxScore: string; readonly pick: number };

async function toSlot(context: Context, slot: PlacedSlot): Promise<SlotRow> {
  const path = ['slots', String(slot.index)];
  const row = { id: newRowId(), quizId: slot.quizId, number: slot.index + 1, maxScore: slot.maxScore };
  if (slot.entryId && !slot.bankId) {
    await requireFixed(context, slot, path);
    return { ...row, entryId: slot.entryId, pinnedVersion: slot.pinnedVersion ?? null, pick: 1 };
  }
  if (slot.bankId && !slot.entryId) {
    const draw = {
      bankId: slot.bankId,
      skillIds: [...(slot.skillIds ?? [])],
      difficulty: [...slot.difficulty],
    };
    const pick = slot.pick ?? 1;
    if (!(await findBank(context, slot.bankId)) || (await context.entries.countDrawable(draw)) < pick)
      throw invalidInput(path, `${path.join('.')}: the bank has fewer than ${pick} such questions`);
    return { ...row, ...draw, pick };
  }
  throw invalidInput(path, `${path.join('.')}: give either entryId or bankId`);
}

async function requireFixed(context: Context, slot: PlacedSlot, path: string[]): Promise<void> {
  const entry = await findEntry(context, slot.entryId ?? '');
  if (!entry) throw invalidInput([...path, 'entryId'], `${path.join('.')}.entryId: not a question of yours`);
  if ((slot.pinnedVersion ?? 1) > entry.latestVersion)
    throw invalidInput(
      [...path, 'pinnedVersion'],
      `${path.join('.')}.pinnedVersion: there is no such version`,
    );
}
