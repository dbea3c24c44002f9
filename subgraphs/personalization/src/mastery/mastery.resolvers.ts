import type { Resolvers } from '../__generated__/resolvers.ts';
import {
  findSkillMastery,
  findSubjectMastery,
  listEvidence,
  listMasteryChanges,
  predictScore,
} from './mastery.service.ts';

export const masteryResolvers = {
  Subject: {
    mastery: ({ id }, _args, context) => findSubjectMastery(context, id),
  },
  Skill: {
    mastery: ({ id }, _args, context) => findSkillMastery(context, id),
  },
  SkillMastery: {
    evidence: (mastery, _args, context) => listEvidence(context, mastery),
  },
  QuizAttempt: {
    masteryChanges: ({ id }, _args, context) => listMasteryChanges(context, id),
  },
  MasteryChange: {
    skill: ({ skillId }) => ({ id: skillId }),
  },
  Quiz: {
    predictedScore: ({ id }, _args, context) => predictScore(context, id),
  },
} satisfies Resolvers;
