import { z } from 'zod';

export const questionKinds = ['CHOICE', 'TEXT', 'NUMERIC', 'MATCH', 'ORDER', 'CLOZE', 'ESSAY'] as const;
export const partialCreditModes = [
  'ALL_OR_NOTHING',
  'PROPORTIONAL',
  'PROPORTIONAL_MINUS_WRONG',
  'EXPLICIT_WEIGHTS',
] as const;

const option = z.object({ id: z.string(), text: z.string() });
/** Points are decimal digits as text. */
const criterion = z.object({
  id: z.string(),
  title: z.string(),
  levels: z.array(z.object({ points: z.string(), description: z.string() })).min(1),
});

/**
 * What a taker sees of a question beside its prompt. Nothing here may give the answer away: the ids are
 * random, the right sides of a match and the items of an order stand in the order of their ids.
 */
export const contentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CHOICE'),
    choices: z.array(option),
    multiple: z.boolean(),
    partialCredit: z.enum(partialCreditModes),
  }),
  z.object({ kind: z.literal('TEXT'), caseSensitive: z.boolean(), maxLength: z.int().nullable() }),
  z.object({ kind: z.literal('NUMERIC'), units: z.array(z.string()) }),
  z.object({ kind: z.literal('MATCH'), left: z.array(option), right: z.array(option) }),
  z.object({ kind: z.literal('ORDER'), items: z.array(option) }),
  z.object({
    kind: z.literal('CLOZE'),
    /** In the order of the markers `{{1}}`, `{{2}}`, … of the prompt. */
    gaps: z.array(z.object({ id: z.string(), choices: z.array(option).nullable() })),
  }),
  z.object({ kind: z.literal('ESSAY'), rubric: z.array(criterion).min(1), minWords: z.int().nullable() }),
]);

export type QuestionKind = (typeof questionKinds)[number];
export type PartialCredit = (typeof partialCreditModes)[number];
export type QuestionContent = z.output<typeof contentSchema>;
export type ContentOf<K extends QuestionKind> = Extract<QuestionContent, { kind: K }>;
export type Option = z.output<typeof option>;
export type Criterion = z.output<typeof criterion>;
export type CriterionLevel = Criterion['levels'][number];
