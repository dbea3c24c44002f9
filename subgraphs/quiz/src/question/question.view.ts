import type { Question } from '@studymate/database/quiz';
import { type ContentOf, contentSchema, type QuestionContent, type QuestionKind } from './content.ts';

/** A question version as resolvers hand it on: without a key, and in the order its audience may see. */
export interface QuestionViewOf<K extends QuestionKind> {
  readonly __typename: (typeof typenameOfKind)[K];
  readonly kind: K;
  readonly id: string;
  readonly entryId: string;
  readonly version: number;
  readonly prompt: string;
  readonly language: string | null;
  readonly skillIds: readonly string[];
  readonly difficulty: Question['difficulty'];
  readonly defaultScore: number;
  readonly content: ContentOf<K>;
}

export type ChoiceQuestionView = QuestionViewOf<'CHOICE'>;
export type TextQuestionView = QuestionViewOf<'TEXT'>;
export type NumericQuestionView = QuestionViewOf<'NUMERIC'>;
export type MatchQuestionView = QuestionViewOf<'MATCH'>;
export type OrderQuestionView = QuestionViewOf<'ORDER'>;
export type ClozeQuestionView = QuestionViewOf<'CLOZE'>;
export type EssayQuestionView = QuestionViewOf<'ESSAY'>;
export type QuestionView =
  | ChoiceQuestionView
  | TextQuestionView
  | NumericQuestionView
  | MatchQuestionView
  | OrderQuestionView
  | ClozeQuestionView
  | EssayQuestionView;

export const typenameOfKind = {
  CHOICE: 'ChoiceQuestion',
  TEXT: 'TextQuestion',
  NUMERIC: 'NumericQuestion',
  MATCH: 'MatchQuestion',
  ORDER: 'OrderQuestion',
  CLOZE: 'ClozeQuestion',
  ESSAY: 'EssayQuestion',
} as const;

export const isOfKind = <K extends QuestionKind>(
  question: QuestionView,
  kind: K,
): question is Extract<QuestionView, { kind: K }> => question.kind === kind;

/** The question in its author's order. */
export const viewQuestion = (question: Question): QuestionView =>
  withContent(question, contentSchema.parse(question.content));

/**
 * The question as a taker sees it: options in the order given. Ids that the order does not name follow in
 * the order of their ids, which are random; the author's order, which may tell the answer, never shows.
 */
export function viewQuestionShown(question: Question, order: readonly string[]): QuestionView {
  const content = contentSchema.parse(question.content);
  return withContent(question, arrange(content, new Map(order.map((id, place) => [id, place]))));
}

/** The ids whose order is shuffled: choices, the right sides of a match, the items of an order. */
export function shuffledIds(content: QuestionContent): string[] {
  switch (content.kind) {
    case 'CHOICE':
      return content.choices.map(({ id }) => id);
    case 'MATCH':
      return content.right.map(({ id }) => id);
    case 'ORDER':
      return content.items.map(({ id }) => id);
    default:
      return [];
  }
}

function arrange(content: QuestionContent, places: ReadonlyMap<string, number>): QuestionContent {
  switch (content.kind) {
    case 'CHOICE':
      return { ...content, choices: byPlace(content.choices, places) };
    case 'MATCH':
      return { ...content, right: byPlace(content.right, places) };
    case 'ORDER':
      return { ...content, items: byPlace(content.items, places) };
    default:
      return content;
  }
}

const byPlace = <T extends { readonly id: string }>(
  options: readonly T[],
  places: ReadonlyMap<string, number>,
) =>
  options.toSorted(
    (one, other) =>
      (places.get(one.id) ?? places.size) - (places.get(other.id) ?? places.size) ||
      (one.id < other.id ? -1 : 1),
  );

function withContent(question: Question, content: QuestionContent): QuestionView {
  const shared = {
    id: question.id,
    entryId: question.entryId,
    version: question.version,
    prompt: question.prompt,
    language: question.language,
    skillIds: question.skillIds,
    difficulty: question.difficulty,
    defaultScore: question.defaultScore.toNumber(),
  };
  switch (content.kind) {
    case 'CHOICE':
      return { ...shared, __typename: 'ChoiceQuestion', kind: 'CHOICE', content };
    case 'TEXT':
      return { ...shared, __typename: 'TextQuestion', kind: 'TEXT', content };
    case 'NUMERIC':
      return { ...shared, __typename: 'NumericQuestion', kind: 'NUMERIC', content };
    case 'MATCH':
      return { ...shared, __typename: 'MatchQuestion', kind: 'MATCH', content };
    case 'ORDER':
      return { ...shared, __typename: 'OrderQuestion', kind: 'ORDER', content };
    case 'CLOZE':
      return { ...shared, __typename: 'ClozeQuestion', kind: 'CLOZE', content };
    case 'ESSAY':
      return { ...shared, __typename: 'EssayQuestion', kind: 'ESSAY', content };
  }
}
