import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import type { AskableQuestion } from '../irt/question-irt.repository.ts';
import { type Estimate, estimateFrom } from './ability.ts';
import { type AdaptiveSettings, adaptiveSettingsSchema } from './adaptive-settings.ts';
import { poolSchema } from './pool.ts';

export interface Progress {
  readonly items: readonly AttemptItem[];
  readonly settings: AdaptiveSettings;
  readonly estimate: Estimate;
  readonly questions: ReadonlyMap<string, AskableQuestion>;
}

/** Where an adaptive attempt stands, by the items judged so far. */
export async function progressOf(context: Context, attempt: Attempt): Promise<Progress> {
  const items = await context.attemptItems.ofAttempt(attempt.id);
  const ids = poolSchema.parse(attempt.pool).map(({ questionId }) => questionId);
  const askable = await context.questionIrt.askable(ids);
  const questions = new Map(askable.map((question) => [question.id, question]));
  const settings = adaptiveSettingsSchema.parse(attempt.adaptive);
  const credits = items.map(({ fraction }) => fraction?.toNumber() ?? null);
  return { items, settings, questions, estimate: estimateFrom(settings, { items, credits, questions }) };
}

/** An estimate as an attempt keeps it. */
export const columnsOf = ({ theta, standardError, method }: Estimate) => ({
  theta,
  thetaError: standardError,
  thetaMethod: method,
});

/** What handing in adds to an adaptive attempt. */
type Ending = Partial<Pick<Attempt, 'theta' | 'thetaError' | 'thetaMethod' | 'stopReason'>>;

/** What an adaptive attempt that is handed in has told of its learner; nothing for any other. */
export async function settleAbility(
  context: Context,
  attempt: Attempt,
  {
    submittedBy,
    grades,
  }: { submittedBy: 'LEARNER' | 'TIMER'; grades: readonly { fraction: string | null }[] },
): Promise<Ending> {
  if (attempt.behaviour !== 'ADAPTIVE') return {};
  const { items, settings, questions } = await progressOf(context, attempt);
  const credits = items.map(({ response }, index) =>
    response === null ? null : Number(grades[index]?.fraction ?? 0),
  );
  const estimate = estimateFrom(settings, { items, credits, questions });
  const stopReason = attempt.stopReason ?? (submittedBy === 'TIMER' ? 'TIME' : 'LEARNER');
  return { ...columnsOf(estimate), stopReason };
}
