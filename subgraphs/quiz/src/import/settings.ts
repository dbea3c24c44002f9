import type { Difficulty } from '@studymate/database/quiz';

export const difficulties = ['BEGINNER', 'EASY', 'MEDIUM', 'HARD', 'EXPERT'] as const satisfies Difficulty[];

/** A difficulty as our own exports write it; null for anything else. */
export const readDifficulty = (value: string | undefined): Difficulty | null =>
  difficulties.find((difficulty) => difficulty === value) ?? null;
