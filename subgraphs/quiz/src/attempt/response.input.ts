import { invalidInput } from '@studymate/contracts';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Certainty, ResponseInput } from '../__generated__/resolvers.ts';
import { parseNumber } from '../grading/numeric.ts';
import type { ContentOf, Option, QuestionContent } from '../question/content.ts';
import type { ResponseOf, StoredResponse } from '../question/response.ts';

const at = ['input', 'response'];
const maxText = 50_000;
const maxShortText = 10_000;
const certainty = z.enum(['LOW', 'MEDIUM', 'HIGH']).nullish();
const storable = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const text = z.string().max(maxText).refine(storable, 'must be well-formed text');

const responseInputSchema = z
  .object({
    certainty,
    choice: z.object({ choiceIds: z.array(z.string()).max(200), certainty }).nullish(),
    text: text.nullish(),
    numeric: z.object({ value: text.max(100), unit: text.max(20).nullish() }).nullish(),
    match: z
      .array(z.object({ leftId: z.string(), rightId: z.string() }))
      .max(200)
      .nullish(),
    order: z.array(z.string()).max(200).nullish(),
    cloze: z
      .array(z.object({ gapId: z.string(), value: text.max(1_000) }))
      .max(200)
      .nullish(),
  })
  .refine((given) => answersOf(given).length <= 1, 'give one kind of answer');

const isGiven = (value: unknown) => value !== null && value !== undefined;

const answersOf = ({ certainty: _certainty, ...answers }: Readonly<Record<string, unknown>>) =>
  Object.values(answers).filter(isGiven);

type Given = z.output<typeof responseInputSchema>;

/**
 * What to store for an answer to a question, or null for an answer taken back. Throws VALIDATION for an answer
 * of the wrong kind or one that names what the question does not have.
 */
export function parseResponse(input: ResponseInput, content: QuestionContent): StoredResponse | null {
  const given = parseInput(responseInputSchema, at, input);
  if (answersOf(given).length === 0) return null;
  switch (content.kind) {
    case 'CHOICE':
      return parseChoice(requireKind(given.choice, 'choice'), content);
    case 'TEXT':
      return parseText(requireKind(given.text, 'text'), content);
    case 'NUMERIC':
      return parseNumeric(requireKind(given.numeric, 'numeric'));
    case 'MATCH':
      return parseMatch(requireKind(given.match, 'match'), content);
    case 'ORDER':
      return parseOrder(requireKind(given.order, 'order'), content);
    case 'CLOZE':
      return parseCloze(requireKind(given.cloze, 'cloze'), content);
    case 'ESSAY':
      return parseEssay(requireKind(given.text, 'text'));
  }
}

/** How sure the learner says to be; null for not said. */
export const certaintyOf = ({ certainty: said, choice }: ResponseInput): Certainty | null =>
  said ?? choice?.certainty ?? null;

function requireKind<T>(given: T | null | undefined, kind: string): T {
  if (given === null || given === undefined) throw refuse([], `this question wants a ${kind} answer`);
  return given;
}

const refuse = (path: readonly string[], message: string) =>
  invalidInput([...at, ...path], `${[...at, ...path].join('.')}: ${message}`);

function requireKnown(options: readonly Option[], ids: readonly string[], path: readonly string[]): void {
  const known = new Set(options.map(({ id }) => id));
  if (ids.some((id) => !known.has(id))) throw refuse(path, 'names what this question does not have');
  if (new Set(ids).size < ids.length) throw refuse(path, 'names something twice');
}

function parseChoice({ choiceIds }: NonNullable<Given['choice']>, content: ContentOf<'CHOICE'>) {
  requireKnown(content.choices, choiceIds, ['choice', 'choiceIds']);
  if (!content.multiple && choiceIds.length > 1)
    throw refuse(['choice', 'choiceIds'], 'only one can be picked');
  return choiceIds.length === 0 ? null : { kind: 'CHOICE' as const, choiceIds };
}

function parseText(given: string, { maxLength }: ContentOf<'TEXT'>) {
  const most = maxLength ?? maxShortText;
  if ([...given].length > most) throw refuse(['text'], `must be at most ${most} characters`);
  return given.trim() === '' ? null : { kind: 'TEXT' as const, text: given };
}

const parseEssay = (given: string): ResponseOf<'ESSAY'> | null =>
  given.trim() === '' ? null : { kind: 'ESSAY', text: given };

function parseNumeric({ value, unit }: NonNullable<Given['numeric']>): ResponseOf<'NUMERIC'> | null {
  if (value.trim() === '') return null;
  if (parseNumber(value) === null)
    throw refuse(['numeric', 'value'], 'must be a decimal number such as 3.14');
  return { kind: 'NUMERIC', value: value.trim(), unit: unit?.trim() || null };
}

function parseMatch(pairs: NonNullable<Given['match']>, content: ContentOf<'MATCH'>) {
  requireKnown(
    content.left,
    pairs.map(({ leftId }) => leftId),
    ['match'],
  );
  requireKnown(content.right, [...new Set(pairs.map(({ rightId }) => rightId))], ['match']);
  return pairs.length === 0 ? null : { kind: 'MATCH' as const, pairs };
}

function parseOrder(itemIds: readonly string[], content: ContentOf<'ORDER'>) {
  if (itemIds.length === 0) return null;
  requireKnown(content.items, itemIds, ['order']);
  if (itemIds.length < content.items.length) throw refuse(['order'], 'must name every item');
  return { kind: 'ORDER' as const, itemIds: [...itemIds] };
}

function parseCloze(gaps: NonNullable<Given['cloze']>, content: ContentOf<'CLOZE'>) {
  const options = content.gaps.map(({ id }) => ({ id, text: '' }));
  requireKnown(
    options,
    gaps.map(({ gapId }) => gapId),
    ['cloze'],
  );
  const filled = gaps.filter(({ value }) => value.trim() !== '');
  for (const { gapId, value } of filled) {
    const choices = content.gaps.find(({ id }) => id === gapId)?.choices;
    if (choices) requireKnown(choices, [value], ['cloze', 'value']);
  }
  return filled.length === 0 ? null : { kind: 'CLOZE' as const, gaps: filled };
}
