import type { Resolvers } from '../__generated__/resolvers.ts';
import { getSubjectOf } from '../subject/subject.service.ts';
import { createSkill, findSkill, listSkillsOf, setSkillPrerequisites } from './skill.service.ts';

export const skillResolvers = {
  Mutation: {
    createSkill: (_root, input, context) => createSkill(context, input),
    setSkillPrerequisites: (_root, input, context) => setSkillPrerequisites(context, input),
  },
  Subject: {
    skills: (subject, page, context) => listSkillsOf(context, subject, page),
  },
  Skill: {
    __resolveReference: ({ id }, context) => findSkill(context, id),
    subject: (skill, _args, context) => getSubjectOf(context, skill),
    prerequisites: (skill, _args, context) => context.skills.prerequisitesOf(skill.id),
  },
} satisfies Resolvers;
