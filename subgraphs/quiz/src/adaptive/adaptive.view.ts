import type { Attempt, Quiz } from '@studymate/database/quiz';
import { findScore } from '../attempt/item-result.ts';
import type { Context } from '../context.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';
import { adaptiveSettingsSchema } from './adaptive-settings.ts';

/** How an adaptive quiz chooses and stops; null for any other. */
export function viewSettings({ adaptive }: Quiz) {
  if (adaptive === null) return null;
  const { contentBalance, ...settings } = adaptiveSettingsSchema.parse(adaptive);
  return {
    ...settings,
    contentBalance: contentBalance.map(({ skillId, share }) => ({ skill: { id: skillId }, share })),
  };
}

/** The ability that an attempt tells of, or null while it is hidden: whether it rises or falls tells right from wrong. */
export async function findAbility(context: Context, attempt: Attempt) {
  const { theta, thetaError: standardError, thetaMethod: method, stopReason } = attempt;
  if (theta === null || standardError === null || method === null) return null;
  if (!(await isShown(context, attempt))) return null;
  const items = await context.attemptItems.ofAttempt(attempt.id);
  const itemsUsed = items.filter(({ fraction, response }) => fraction !== null && response !== null).length;
  return { theta, standardError, method, itemsUsed, stopReason };
}

async function isShown(context: Context, attempt: Attempt): Promise<boolean> {
  if (attempt.state !== 'IN_PROGRESS') return (await findScore(context, attempt)) !== null;
  const quiz = await getQuizOfAttempt(context, attempt.quizId);
  return quiz.showCorrectness === 'AFTER_EACH';
}
