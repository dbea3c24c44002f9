import { z } from 'zod';
import { numberPattern } from '../grading/numeric.ts';
import { partialCreditModes } from './content.ts';

const maxOptions = 100;
const text = z.string().trim().min(1).max(10_000);
const shortText = z.string().trim().min(1).max(500);
const feedback = z
  .string()
  .trim()
  .max(10_000)
  .nullish()
  .transform((value) => value || null);
/** Written as digits, so that 0.1 stays a tenth. */
const weight = z.number().min(-1).max(1).transform(String);
const decimal = z.string().trim().regex(numberPattern, 'must be a decimal number such as 3.14');

const choiceInput = z.object({
  choices: z.array(z.object({ text, weight, feedback })).min(2).max(maxOptions),
  multiple: z.boolean(),
  partialCredit: z.enum(partialCreditModes),
});
const answersInput = z
  .array(z.object({ pattern: shortText, weight, feedback }))
  .min(1)
  .max(maxOptions);
const textInput = z.object({
  answers: answersInput,
  caseSensitive: z.boolean().nullish(),
  maxLength: z.int().min(1).max(10_000).nullish(),
});
const numericInput = z.object({
  answers: z
    .array(
      z.object({
        value: decimal,
        tolerance: decimal.refine((value) => !value.startsWith('-'), 'must be 0 or more'),
        weight,
        feedback,
      }),
    )
    .min(1)
    .max(maxOptions),
  units: z.array(z.string().trim().min(1).max(20)).max(20).nullish(),
});
const matchInput = z.object({
  pairs: z
    .array(z.object({ left: text, right: text }))
    .min(2)
    .max(maxOptions),
  distractors: z.array(text).max(maxOptions).nullish(),
});
const orderInput = z.object({ items: z.array(text).min(2).max(maxOptions) });
const clozeInput = z.object({
  gaps: z
    .array(
      z.object({
        answers: answersInput,
        choices: z.array(shortText).min(2).max(maxOptions).nullish(),
        caseSensitive: z.boolean().nullish(),
      }),
    )
    .min(1)
    .max(maxOptions),
});

const points = z.number().min(0).max(1_000).transform(String);
const essayInput = z.object({
  rubric: z
    .array(
      z.object({
        title: shortText,
        levels: z
          .array(z.object({ points, description: z.string().trim().max(2_000) }))
          .min(1)
          .max(20),
      }),
    )
    .min(1)
    .max(20),
  minWords: z.int().min(1).max(5_000).nullish(),
});

/** Input of a question, exactly one kind of it given. */
export const questionBodySchema = z
  .object({
    choice: choiceInput.nullish(),
    text: textInput.nullish(),
    numeric: numericInput.nullish(),
    match: matchInput.nullish(),
    order: orderInput.nullish(),
    cloze: clozeInput.nullish(),
    essay: essayInput.nullish(),
  })
  .refine(
    (body) => Object.values(body).filter((kind) => kind !== null && kind !== undefined).length === 1,
    'exactly one of choice, text, numeric, match, order, cloze, essay must be given',
  );

export type QuestionBody = z.output<typeof questionBodySchema>;
