import { randomUUID } from 'node:crypto';
import { invalidInput } from '@studymate/contracts';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { numberPattern } from '../grading/numeric.ts';
import type { AnswerKeyContent } from './answer-key.ts';
import { type Option, partialCreditModes, type QuestionContent } from './content.ts';

/** Both halves of a question, made together so that their ids agree. */
export interface QuestionHalves {
  readonly content: QuestionContent;
  readonly key: AnswerKeyContent;
}

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

/** Input of a question, exactly one kind of it given. */
export const questionBodySchema = z
  .object({
    choice: choiceInput.nullish(),
    text: textInput.nullish(),
    numeric: numericInput.nullish(),
    match: matchInput.nullish(),
    order: orderInput.nullish(),
    cloze: clozeInput.nullish(),
  })
  .refine(
    (body) => Object.values(body).filter((kind) => kind !== null && kind !== undefined).length === 1,
    'exactly one of choice, text, numeric, match, order, cloze must be given',
  );

type QuestionBody = z.output<typeof questionBodySchema>;

/**
 * Splits a question into what takers see and what they do not. Options get random ids: neither an id nor
 * the stored order tells how the author listed them. Throws VALIDATION for what could never be answered.
 */
export function splitQuestion(prompt: string, body: unknown): QuestionHalves {
  const given = parseInput(questionBodySchema, 'input', body);
  if (given.choice) return splitChoice(given.choice);
  if (given.text) return splitText(given.text);
  if (given.numeric) return splitNumeric(given.numeric);
  if (given.match) return splitMatch(given.match);
  if (given.order) return splitOrder(given.order);
  if (given.cloze) return splitCloze(prompt, given.cloze);
  throw invalidInput(['input'], 'input: the kind of question is missing');
}

const toOption = (value: string): Option => ({ id: randomUUID(), text: value });
const byId = (one: Option, other: Option) => (one.id < other.id ? -1 : 1);

function splitChoice({
  choices,
  multiple,
  partialCredit,
}: NonNullable<QuestionBody['choice']>): QuestionHalves {
  if (new Set(choices.map((choice) => choice.text)).size < choices.length)
    throw invalidInput(['input', 'choice', 'choices'], 'choices must differ', 'unique');
  if (!choices.some((choice) => Number(choice.weight) > 0))
    throw invalidInput(['input', 'choice', 'choices'], 'one choice needs a weight above 0', 'answerable');
  const options = choices.map((choice) => toOption(choice.text));
  return {
    content: { kind: 'CHOICE', choices: options, multiple, partialCredit },
    key: {
      kind: 'CHOICE',
      weights: choices.flatMap((choice, index) => {
        const option = options[index];
        return option ? [{ choiceId: option.id, weight: choice.weight, feedback: choice.feedback }] : [];
      }),
    },
  };
}

const splitText = ({
  answers,
  caseSensitive,
  maxLength,
}: NonNullable<QuestionBody['text']>): QuestionHalves => ({
  content: { kind: 'TEXT', caseSensitive: caseSensitive ?? false, maxLength: maxLength ?? null },
  key: { kind: 'TEXT', answers },
});

const splitNumeric = ({ answers, units }: NonNullable<QuestionBody['numeric']>): QuestionHalves => ({
  content: { kind: 'NUMERIC', units: units ?? [] },
  key: { kind: 'NUMERIC', answers },
});

/** Equal texts on the right are one option: either of them is as right as the other. */
function splitMatch({ pairs, distractors }: NonNullable<QuestionBody['match']>): QuestionHalves {
  const left = pairs.map((pair) => toOption(pair.left));
  const rightTexts = new Set([...pairs.map((pair) => pair.right), ...(distractors ?? [])]);
  const right = [...rightTexts].map(toOption);
  const rightIds = new Map(right.map((option) => [option.text, option.id]));
  return {
    content: { kind: 'MATCH', left, right: right.toSorted(byId) },
    key: {
      kind: 'MATCH',
      pairs: pairs.flatMap((pair, index) => {
        const leftId = left[index]?.id;
        const rightId = rightIds.get(pair.right);
        return leftId && rightId ? [{ leftId, rightId }] : [];
      }),
    },
  };
}

function splitOrder({ items }: NonNullable<QuestionBody['order']>): QuestionHalves {
  if (new Set(items).size < items.length)
    throw invalidInput(['input', 'order', 'items'], 'items must differ', 'unique');
  const options = items.map(toOption);
  return {
    content: { kind: 'ORDER', items: options.toSorted(byId) },
    key: { kind: 'ORDER', itemIds: options.map(({ id }) => id) },
  };
}

function splitCloze(prompt: string, { gaps }: NonNullable<QuestionBody['cloze']>): QuestionHalves {
  const markers = [...prompt.matchAll(/\{\{(\d+)\}\}/g)].map(([, number]) => Number(number));
  const expected = gaps.map((_, index) => index + 1);
  if (markers.toSorted((one, other) => one - other).join() !== expected.join())
    throw invalidInput(['input', 'prompt'], 'prompt must hold each of {{1}}, {{2}}, … once', 'markers');

  const halves = gaps.map(splitGap);
  return {
    content: { kind: 'CLOZE', gaps: halves.map(({ gap }) => gap) },
    key: { kind: 'CLOZE', gaps: halves.map(({ key }) => key) },
  };
}

type GapInput = NonNullable<QuestionBody['cloze']>['gaps'][number];

function splitGap({ answers, choices, caseSensitive }: GapInput) {
  const gapId = randomUUID();
  if (!choices) {
    const key = { kind: 'FREE' as const, gapId, caseSensitive: caseSensitive ?? false, answers };
    return { gap: { id: gapId, choices: null }, key };
  }
  const options = [...new Set(choices)].map(toOption);
  const rules = answers.map(({ pattern, ...rule }) => {
    const option = options.find((candidate) => candidate.text === pattern);
    if (!option)
      throw invalidInput(['input', 'cloze'], 'each answer must be one of the choices', 'answerable');
    return { choiceId: option.id, ...rule };
  });
  const key = { kind: 'CHOICE' as const, gapId, answers: rules };
  return { gap: { id: gapId, choices: options.toSorted(byId) }, key };
}
