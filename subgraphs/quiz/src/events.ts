import type { EventHandlers, PrivacyEvent } from '@studymate/contracts';
import type { Context } from './context.ts';
import { keepProposal } from './essay/essay.service.ts';
import { storeGeneratedQuiz } from './quiz/quiz.generated.ts';
import { rememberSkill, rememberSubject } from './subject/subject.events.ts';

/** What this domain does about the events of others. */
export const quizEvents = {
  'study.subject.created': rememberSubject,
  'study.skill.created': rememberSkill,
  'ai.generation.produced': storeGeneratedQuiz,
  'ai.essay.assessed': keepProposal,
} satisfies Omit<EventHandlers<'quiz', Context>, PrivacyEvent>;
