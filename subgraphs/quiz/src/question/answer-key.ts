import { z } from 'zod';
import type { QuestionKind } from './content.ts';

export type { QuestionKind } from './content.ts';

/** Decimal digits as text, so that no weight or bound is ever rounded to binary. */
const decimal = z.string();
const feedback = z.string().nullable();
const textRule = z.object({ pattern: z.string(), weight: decimal, feedback });

/** The secret half of a question: kept in its own table and read only to grade or to reveal. */
export const answerKeySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CHOICE'),
    weights: z.array(z.object({ choiceId: z.string(), weight: decimal, feedback })),
  }),
  z.object({ kind: z.literal('TEXT'), answers: z.array(textRule) }),
  z.object({
    kind: z.literal('NUMERIC'),
    answers: z.array(z.object({ value: decimal, tolerance: decimal, weight: decimal, feedback })),
  }),
  z.object({
    kind: z.literal('MATCH'),
    pairs: z.array(z.object({ leftId: z.string(), rightId: z.string() })).min(1),
  }),
  z.object({ kind: z.literal('ORDER'), itemIds: z.array(z.string()).min(2) }),
  z.object({
    kind: z.literal('CLOZE'),
    gaps: z
      .array(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('FREE'),
            gapId: z.string(),
            caseSensitive: z.boolean(),
            answers: z.array(textRule),
          }),
          z.object({
            kind: z.literal('CHOICE'),
            gapId: z.string(),
            answers: z.array(z.object({ choiceId: z.string(), weight: decimal, feedback })),
          }),
        ]),
      )
      .min(1),
  }),
  /** An essay is judged by a person; what its author has to say of it is in the explanation. */
  z.object({ kind: z.literal('ESSAY') }),
]);

export type AnswerKeyContent = z.output<typeof answerKeySchema>;
export type AnswerKeyOf<K extends QuestionKind> = Extract<AnswerKeyContent, { kind: K }>;

/** One line of a key as a person reads it. */
export interface KeyRule {
  readonly response: string;
  readonly weight: number;
  readonly tolerance: number | null;
  readonly feedback: string | null;
}

/** The key as rules. Choices, items and gaps are named by their ids, never by position. */
export function keyRules(key: AnswerKeyContent): KeyRule[] {
  switch (key.kind) {
    case 'CHOICE':
      return key.weights.map(({ choiceId, ...rule }) => toRule(choiceId, rule));
    case 'TEXT':
      return key.answers.map(({ pattern, ...rule }) => toRule(pattern, rule));
    case 'NUMERIC':
      return key.answers.map(({ value, tolerance, ...rule }) => ({
        ...toRule(value, rule),
        tolerance: Number(tolerance),
      }));
    case 'MATCH':
      return key.pairs.map(({ leftId, rightId }) => toRule(`${leftId}=${rightId}`, share(key.pairs.length)));
    case 'ORDER':
      return [toRule(key.itemIds.join(' '), share(1))];
    case 'CLOZE':
      return key.gaps.flatMap((gap) =>
        gap.kind === 'FREE'
          ? gap.answers.map(({ pattern, ...rule }) => toRule(`${gap.gapId}=${pattern}`, rule))
          : gap.answers.map(({ choiceId, ...rule }) => toRule(`${gap.gapId}=${choiceId}`, rule)),
      );
    case 'ESSAY':
      return [];
  }
}

const share = (parts: number) => ({ weight: String(1 / parts), feedback: null });

const toRule = (response: string, rule: { weight: string; feedback: string | null }): KeyRule => ({
  response,
  weight: Number(rule.weight),
  tolerance: null,
  feedback: rule.feedback,
});
