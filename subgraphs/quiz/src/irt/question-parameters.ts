import type { Question, QuestionIrt } from '@studymate/database/quiz';
import type { ItemParameters } from './two-parameter.ts';

/** Where a question begins on the logit scale, by what its author holds of it. */
const difficultyOfAuthor = { BEGINNER: -2, EASY: -1, MEDIUM: 0, HARD: 1, EXPERT: 2 } as const;

interface Known {
  readonly difficulty: Question['difficulty'];
  readonly irt: QuestionIrt | null;
}

/** The parameters of a question: as calibrated or rated, else by its author's difficulty. */
export const parametersOf = ({ difficulty, irt }: Known): ItemParameters => ({
  discrimination: irt?.discrimination ?? 1,
  difficulty: irt?.difficulty ?? difficultyOfAuthor[difficulty],
});
