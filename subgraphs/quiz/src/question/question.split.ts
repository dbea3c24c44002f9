import { invalidInput } from '@studymate/contracts';
import { parseInput } from '@studymate/subgraph-kit';
import type { AnswerKeyContent } from './answer-key.ts';
import type { Option, QuestionContent } from './content.ts';
import { type NameOption, optionNamer } from './option-ids.ts';
import { type QuestionBody, questionBodySchema } from './question.input.ts';

/** Both halves of a question, made together so that their ids agree. */
export interface QuestionHalves {
  readonly content: QuestionContent;
  readonly key: AnswerKeyContent;
}

/**
 * Splits a question into what takers see and what they do not. Options get random ids: neither an id nor
 * the stored order tells how the author listed them. What the version before had too keeps its id, so that its
 * answers can be graded again by the new key. Throws VALIDATION for what could never be answered.
 */
export function splitQuestion(prompt: string, body: unknown, before: QuestionContent | null): QuestionHalves {
  const name = optionNamer(before);
  const given = parseInput(questionBodySchema, 'input', body);
  if (given.choice) return splitChoice(given.choice, name);
  if (given.text) return splitText(given.text);
  if (given.numeric) return splitNumeric(given.numeric);
  if (given.match) return splitMatch(given.match, name);
  if (given.order) return splitOrder(given.order, name);
  if (given.cloze) return splitCloze(given.cloze, { prompt, name });
  if (given.essay) return splitEssay(given.essay, name);
  throw invalidInput(['input'], 'input: the kind of question is missing');
}

type Given<K extends keyof QuestionBody> = NonNullable<QuestionBody[K]>;

const byId = (one: Option, other: Option) => (one.id < other.id ? -1 : 1);

function splitChoice(
  { choices, multiple, partialCredit }: Given<'choice'>,
  name: NameOption,
): QuestionHalves {
  if (new Set(choices.map((choice) => choice.text)).size < choices.length)
    throw invalidInput(['input', 'choice', 'choices'], 'choices must differ', 'unique');
  if (!choices.some((choice) => Number(choice.weight) > 0))
    throw invalidInput(['input', 'choice', 'choices'], 'one choice needs a weight above 0', 'answerable');
  const options = choices.map((choice) => name('choice', choice.text));
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

const splitText = ({ answers, caseSensitive, maxLength }: Given<'text'>): QuestionHalves => ({
  content: { kind: 'TEXT', caseSensitive: caseSensitive ?? false, maxLength: maxLength ?? null },
  key: { kind: 'TEXT', answers },
});

const splitNumeric = ({ answers, units }: Given<'numeric'>): QuestionHalves => ({
  content: { kind: 'NUMERIC', units: units ?? [] },
  key: { kind: 'NUMERIC', answers },
});

/** Equal texts on the right are one option: either of them is as right as the other. */
function splitMatch({ pairs, distractors }: Given<'match'>, name: NameOption): QuestionHalves {
  const left = pairs.map((pair) => name('left', pair.left));
  const rightTexts = new Set([...pairs.map((pair) => pair.right), ...(distractors ?? [])]);
  const right = [...rightTexts].map((right) => name('right', right));
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

function splitOrder({ items }: Given<'order'>, name: NameOption): QuestionHalves {
  if (new Set(items).size < items.length)
    throw invalidInput(['input', 'order', 'items'], 'items must differ', 'unique');
  const options = items.map((item) => name('item', item));
  return {
    content: { kind: 'ORDER', items: options.toSorted(byId) },
    key: { kind: 'ORDER', itemIds: options.map(({ id }) => id) },
  };
}

function splitCloze(
  { gaps }: Given<'cloze'>,
  { prompt, name }: { readonly prompt: string; readonly name: NameOption },
): QuestionHalves {
  const markers = [...prompt.matchAll(/\{\{(\d+)\}\}/g)].map(([, number]) => Number(number));
  const expected = gaps.map((_, index) => index + 1);
  if (markers.toSorted((one, other) => one - other).join() !== expected.join())
    throw invalidInput(['input', 'prompt'], 'prompt must hold each of {{1}}, {{2}}, … once', 'markers');

  const halves = gaps.map((gap, index) => splitGap(gap, index, name));
  return {
    content: { kind: 'CLOZE', gaps: halves.map(({ gap }) => gap) },
    key: { kind: 'CLOZE', gaps: halves.map(({ key }) => key) },
  };
}

function splitGap(
  { answers, choices, caseSensitive }: Given<'cloze'>['gaps'][number],
  index: number,
  name: NameOption,
) {
  const gapId = name('gap', String(index)).id;
  if (!choices) {
    const key = { kind: 'FREE' as const, gapId, caseSensitive: caseSensitive ?? false, answers };
    return { gap: { id: gapId, choices: null }, key };
  }
  const options = [...new Set(choices)].map((choice) => name(`gap ${index}`, choice));
  const rules = answers.map(({ pattern, ...rule }) => {
    const option = options.find((candidate) => candidate.text === pattern);
    if (!option)
      throw invalidInput(['input', 'cloze'], 'each answer must be one of the choices', 'answerable');
    return { choiceId: option.id, ...rule };
  });
  const key = { kind: 'CHOICE' as const, gapId, answers: rules };
  return { gap: { id: gapId, choices: options.toSorted(byId) }, key };
}

function splitEssay({ rubric, minWords }: Given<'essay'>, name: NameOption): QuestionHalves {
  const path = ['input', 'essay', 'rubric'];
  if (new Set(rubric.map(({ title }) => title)).size < rubric.length)
    throw invalidInput(path, 'criteria must differ', 'unique');
  if (!rubric.some(({ levels }) => levels.some(({ points }) => Number(points) > 0)))
    throw invalidInput(path, 'one level needs points above 0', 'answerable');
  const criteria = rubric.map(({ title, levels }) => ({ id: name('criterion', title).id, title, levels }));
  return {
    content: { kind: 'ESSAY', rubric: criteria, minWords: minWords ?? null },
    key: { kind: 'ESSAY' },
  };
}
