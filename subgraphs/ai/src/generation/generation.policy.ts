import type { Viewer } from '@studymate/contracts';
import type { Generation } from '@studymate/database/ai';

/** A generation is its owner's alone, administrators included: it is made from their own text. */
export const canReadGeneration = (viewer: Viewer | null, generation: Pick<Generation, 'userId'>): boolean =>
  viewer?.id === generation.userId;
