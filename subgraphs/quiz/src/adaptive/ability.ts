import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { type Ability, estimateEap, estimateMle } from '../irt/ability.ts';
import type { AskableQuestion } from '../irt/question-irt.repository.ts';
import { parametersOf } from '../irt/question-parameters.ts';
import type { AdaptiveSettings } from './adaptive-settings.ts';

export type StopReason = NonNullable<Attempt['stopReason']>;

export interface Estimate extends Ability {
  readonly method: AdaptiveSettings['estimator'];
  readonly itemsUsed: number;
}

interface Answered {
  readonly items: readonly Pick<AttemptItem, 'questionId' | 'correctness'>[];
  /** Credit per item, null for an item that is not judged. */
  readonly credits: readonly (number | null)[];
  readonly questions: ReadonlyMap<string, AskableQuestion>;
}

/** The ability that the judged answers tell of; questions left unanswered tell nothing. */
export function estimateFrom(settings: AdaptiveSettings, answered: Answered): Estimate {
  const responses = answered.items.flatMap(({ questionId, correctness }, index) => {
    const question = answered.questions.get(questionId);
    const credit = answered.credits[index] ?? null;
    return question && credit !== null && correctness !== 'UNANSWERED'
      ? [{ ...parametersOf(question), credit }]
      : [];
  });
  const likeliest = settings.estimator === 'MLE' ? estimateMle(responses) : null;
  const prior = { mean: settings.priorMean, standardDeviation: settings.priorSd };
  const ability = likeliest ?? estimateEap(responses, prior);
  return { ...ability, method: likeliest ? 'MLE' : 'EAP', itemsUsed: responses.length };
}

/** Why the test is done after so many items; null when it goes on. */
export function stopReasonOf(
  settings: AdaptiveSettings,
  { asked, standardError }: { readonly asked: number; readonly standardError: number },
): StopReason | null {
  if (asked >= settings.maxItems) return 'MAX_ITEMS';
  return asked >= settings.minItems && standardError <= settings.targetStandardError ? 'PRECISION' : null;
}
