import { z } from 'zod';
import type { QuestionKind } from './content.ts';

/** What a taker answered, as it is stored: always by id, never by position. */
export const responseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('CHOICE'), choiceIds: z.array(z.string()) }),
  z.object({ kind: z.literal('TEXT'), text: z.string() }),
  z.object({ kind: z.literal('NUMERIC'), value: z.string(), unit: z.string().nullable() }),
  z.object({
    kind: z.literal('MATCH'),
    pairs: z.array(z.object({ leftId: z.string(), rightId: z.string() })),
  }),
  z.object({ kind: z.literal('ORDER'), itemIds: z.array(z.string()) }),
  z.object({
    kind: z.literal('CLOZE'),
    gaps: z.array(z.object({ gapId: z.string(), value: z.string() })),
  }),
  z.object({ kind: z.literal('ESSAY'), text: z.string() }),
]);

export type StoredResponse = z.output<typeof responseSchema>;
export type ResponseOf<K extends QuestionKind> = Extract<StoredResponse, { kind: K }>;
