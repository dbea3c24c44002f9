import { type ItemParameters, probabilityAt } from './two-parameter.ts';

const steepest = 0.4;
const settling = 0.05;
const smallest = 0.02;

/** How far one answer moves an estimate that `answers` answers have shaped: much at first, little later. */
const stepOf = (answers: number) => Math.max(smallest, steepest / (1 + settling * answers));

export interface Rated {
  readonly value: number;
  readonly answers: number;
}

/**
 * What an answer tells of a learner's ability and a question's difficulty: each moves by its step times the surprise,
 * the credit less the probability of a right answer, in opposite directions. Elo's rating system for learning, with
 * the uncertainty function U(n) = α/(1 + βn): Pelánek (2016), Computers & Education 98, 169–179.
 */
export function updateElo(
  { learner, question }: { readonly learner: Rated; readonly question: Rated & ItemParameters },
  credit: number,
): { readonly ability: number; readonly difficulty: number } {
  const surprise = credit - probabilityAt(learner.value, question);
  return {
    ability: learner.value + stepOf(learner.answers) * surprise,
    difficulty: question.value - stepOf(question.answers) * surprise,
  };
}
