import type { EventHandlers, PrivacyEvent } from '@studymate/contracts';
import type { Context } from './context.ts';
import { learnFromAttempt, learnFromReview } from './mastery/learn.service.ts';

/** What this domain does when others tell what happened. */
export const personalizationEvents = {
  'auth.user.registered': (context, { userId, locale, timeZone }) =>
    context.learners.meet(userId, { locale, timeZone }),
  'auth.user.updated': (context, { userId, locale, timeZone }) =>
    context.learners.meet(userId, { locale, timeZone }),
  'study.subject.created': (context, subject) => context.projections.learnSubject(subject),
  'study.skill.created': (context, skill) => context.projections.learnSkill(skill),
  'study.deck.created': (context, deck) => context.projections.learnDeck(deck),
  'study.material.ready': (context, material) => context.projections.learnMaterial(material, context.now()),
  'study.review.logged': learnFromReview,
  'quiz.quiz.published': (context, quiz) => context.projections.learnQuiz(quiz),
  'quiz.attempt.graded': learnFromAttempt,
} satisfies Omit<EventHandlers<'personalization', Context>, PrivacyEvent>;
