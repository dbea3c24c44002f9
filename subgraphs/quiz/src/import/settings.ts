import type { Difficulty } from '@studymate/database/quiz';
import { z } from 'zod';
import { type PartialCredit, partialCreditModes } from '../question/content.ts';

export const difficulties = ['BEGINNER', 'EASY', 'MEDIUM', 'HARD', 'EXPERT'] as const satisfies Difficulty[];

/** A difficulty as our own exports write it; null for anything else. */
export const readDifficulty = (value: string | undefined): Difficulty | null =>
  difficulties.find((difficulty) => difficulty === value) ?? null;

const tagsSchema = z.array(z.string());

/** Tags as a JSON list, as our own exports write them; none for anything else. */
export function readTags(value: string | undefined): string[] {
  try {
    return tagsSchema.parse(JSON.parse(value ?? '[]'));
  } catch {
    return [];
  }
}

/** How partial credit is counted, as our own exports write it; null for anything else. */
export const readPartialCredit = (value: string | undefined): PartialCredit | null =>
  partialCreditModes.find((mode) => mode === value) ?? null;
