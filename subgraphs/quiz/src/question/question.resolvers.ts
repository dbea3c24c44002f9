import type { Resolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { findIrtAsAuthor } from '../irt/irt.service.ts';
import type { QuestionKind } from './content.ts';
import { findKeyAsAuthor, findQuestion, findQuestionOfKind, saveQuestion } from './question.service.ts';
import type { QuestionView } from './question.view.ts';
import { bestPoints } from './rubric.ts';

const shared = {
  skills: ({ skillIds }: QuestionView) => skillIds.map((id) => ({ id })),
  irt: (question: QuestionView, _args: object, context: Context) => findIrtAsAuthor(context, question),
  answerKey: (question: QuestionView, _args: object, context: Context) => findKeyAsAuthor(context, question),
};

const referenceOf =
  <K extends QuestionKind>(kind: K) =>
  ({ id }: { readonly id: string }, context: Context) =>
    findQuestionOfKind(context, id, kind);

export const questionResolvers = {
  Mutation: {
    saveQuestion: (_root, { input }, context) => saveQuestion(context, input),
  },
  Question: {
    __resolveType: ({ __typename }) => __typename,
    __resolveReference: ({ id }, context) => findQuestion(context, id),
  },
  ChoiceQuestion: {
    ...shared,
    __resolveReference: referenceOf('CHOICE'),
    choices: ({ content }) => content.choices,
    multiple: ({ content }) => content.multiple,
    partialCredit: ({ content }) => content.partialCredit,
  },
  TextQuestion: {
    ...shared,
    __resolveReference: referenceOf('TEXT'),
    caseSensitive: ({ content }) => content.caseSensitive,
    maxLength: ({ content }) => content.maxLength,
  },
  NumericQuestion: {
    ...shared,
    __resolveReference: referenceOf('NUMERIC'),
    units: ({ content }) => content.units,
  },
  MatchQuestion: {
    ...shared,
    __resolveReference: referenceOf('MATCH'),
    left: ({ content }) => content.left,
    right: ({ content }) => content.right,
  },
  OrderQuestion: {
    ...shared,
    __resolveReference: referenceOf('ORDER'),
    items: ({ content }) => content.items,
  },
  ClozeQuestion: {
    ...shared,
    __resolveReference: referenceOf('CLOZE'),
    gaps: ({ content }) => content.gaps,
  },
  EssayQuestion: {
    ...shared,
    __resolveReference: referenceOf('ESSAY'),
    rubric: ({ content }) => content.rubric,
    minWords: ({ content }) => content.minWords,
  },
  RubricCriterion: {
    points: (criterion) => bestPoints(criterion).toNumber(),
  },
  RubricLevel: {
    points: ({ points }) => Number(points),
  },
} satisfies Resolvers;
