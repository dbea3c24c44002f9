import type { EventHandlers, EventPayload, PrivacyEvent } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { saveRecipient } from '../recipient/recipient.service.ts';
import { dedupeKey } from './dedupe-key.ts';
import { notify, type Occasion } from './notify.service.ts';
import { dateWord, goalWord, kindWord, levelWord, statusWord } from './occasion-words.ts';

const percentOf = (fraction: number): number => Math.round(fraction * 100);

/** Points as people write them: at most two decimals, no trailing zeros. */
const pointsOf = (points: number): string => String(Math.round(points * 100) / 100);

const quizResult = (graded: EventPayload<'quiz.attempt.graded'>): Occasion => ({
  userId: graded.userId,
  templateKey: 'quiz.graded',
  dedupeKey: dedupeKey('quiz-result', graded.attemptId, graded.gradedAt),
  targetId: graded.attemptId,
  variables: () => ({
    quizTitle: graded.quizTitle,
    percent: percentOf(graded.fraction),
    score: pointsOf(graded.score),
    maxScore: pointsOf(graded.maxScore),
  }),
});

const generationEnd = (finished: EventPayload<'ai.generation.finished'>): Occasion => ({
  userId: finished.userId,
  templateKey: finished.state === 'SUCCEEDED' ? 'ai.ready' : 'ai.failed',
  dedupeKey: dedupeKey('ai', finished.generationId, finished.state),
  targetId: finished.generationId,
  variables: ({ locale }) => {
    const kind = kindWord(finished.kind, locale);
    return { kind, title: finished.title.trim() || kind, credits: finished.credits };
  },
});

const planChange = (changed: EventPayload<'billing.subscription.changed'>): Occasion => ({
  userId: changed.userId,
  templateKey: 'billing.subscription',
  dedupeKey: dedupeKey(
    'billing',
    changed.subscriptionId,
    changed.planCode,
    changed.status,
    changed.currentPeriodEnd,
  ),
  variables: (reader) => ({
    planName: changed.planName,
    status: statusWord(changed.status, reader.locale),
    periodEnd: dateWord(new Date(changed.currentPeriodEnd), reader),
  }),
});

const goalMet = (met: EventPayload<'study.goal.met'>): Occasion => ({
  userId: met.userId,
  templateKey: 'goal.met',
  dedupeKey: dedupeKey('goal', met.goalId, met.metAt),
  targetId: met.goalId,
  variables: ({ locale }) => ({ target: met.target, goal: goalWord(met.kind, locale) }),
});

const levelReached = (changed: EventPayload<'personalization.mastery.changed'>): Occasion => ({
  userId: changed.userId,
  templateKey: 'mastery.reached',
  dedupeKey: dedupeKey('mastery', changed.skillId, changed.after),
  targetId: changed.subjectId,
  variables: ({ locale }) => ({
    skillTitle: changed.skillTitle,
    level: levelWord(changed.after, locale),
    percent: percentOf(changed.probabilityAfter),
  }),
});

const levels = ['NOT_STARTED', 'ATTEMPTED', 'FAMILIAR', 'PROFICIENT', 'MASTERED'];

/** Worth a message: the learner has risen to one of the two highest levels. */
const isAchievement = ({ before, after }: EventPayload<'personalization.mastery.changed'>): boolean =>
  (after === 'PROFICIENT' || after === 'MASTERED') && levels.indexOf(after) > levels.indexOf(before);

const tell = async (context: Context, occasion: Occasion): Promise<void> => {
  await notify(context, occasion);
};

/** What other domains report, and what a learner hears of it. */
export const notificationEvents = {
  'auth.user.registered': async (context, user) => {
    await saveRecipient(context, user);
    await tell(context, {
      userId: user.userId,
      templateKey: 'account.welcome',
      dedupeKey: dedupeKey('welcome'),
      variables: ({ displayName }) => ({ displayName }),
    });
  },
  'auth.user.updated': saveRecipient,
  'study.session.finished': (context, { userId, studyDay, activeSeconds }) =>
    context.tallies.add({ userId, studyDay, activeSeconds }),
  'study.goal.met': (context, met) => tell(context, goalMet(met)),
  'quiz.attempt.graded': (context, graded) => tell(context, quizResult(graded)),
  'ai.generation.finished': async (context, finished) => {
    if (finished.state !== 'CANCELED') await tell(context, generationEnd(finished));
  },
  'billing.subscription.changed': (context, changed) => tell(context, planChange(changed)),
  'personalization.mastery.changed': async (context, changed) => {
    if (isAchievement(changed)) await tell(context, levelReached(changed));
  },
} satisfies Omit<EventHandlers<'notification', Context>, PrivacyEvent>;
