import type { Resolvers } from '../__generated__/resolvers.ts';
import {
  createSubject,
  findSubject,
  listSubjects,
  listSubjectsOf,
  updateSubject,
} from './subject.service.ts';

export const subjectResolvers = {
  Query: {
    subject: (_root, { id }, context) => findSubject(context, id),
    subjects: (_root, page, context) => listSubjects(context, page),
  },
  Mutation: {
    createSubject: (_root, input, context) => createSubject(context, input),
    updateSubject: (_root, change, context) => updateSubject(context, change),
  },
  Subject: {
    __resolveReference: ({ id }, context) => findSubject(context, id),
    owner: (subject) => ({ id: subject.ownerId }),
    dueCount: (subject, { at }, context) => context.cards.countDue(subject.id, at ?? context.now()),
  },
  User: {
    subjects: (user, page, context) => listSubjectsOf(context, user.id, page),
  },
} satisfies Resolvers;
