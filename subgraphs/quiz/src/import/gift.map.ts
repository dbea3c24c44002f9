import { Exact } from '../grading/fraction.ts';
import { defaultRubric, defaultRubricNote } from './default-rubric.ts';
import type { GiftChoice, GiftItem, GiftNumber, GiftQuestion, GiftText } from './gift.ast.ts';
import { parseGift } from './gift.parse.ts';
import { type ImportedItem, type ImportedQuestion, nameItem, problemAt } from './imported-question.ts';

const hundred = 100;
const right = 1;
const wrong = 0;

/**
 * Reads a GIFT file as questions of ours. What is no question (a category, a description) is named; `[tag:…]` becomes
 * a tag.
 */
export function* readGift(source: string): Generator<ImportedItem> {
  for (const item of parseGift(source)) yield mapItem(item);
}

function mapItem(item: GiftItem): ImportedItem {
  if (item.kind === 'PROBLEM') return problemAt(item.line, nameItem(item.title, item.text), item.message);
  if (item.kind === 'CATEGORY')
    return problemAt(item.line, nameItem(null, item.title), 'categories are not kept');
  const { line, title, stem, globalFeedback, tags, id } = item;
  const mapped = mapAnswers(item);
  if (typeof mapped === 'string') return problemAt(line, nameItem(title, stem.text), mapped);
  return {
    kind: 'QUESTION',
    line,
    title,
    prompt: stem.text,
    explanation: globalFeedback?.text ?? null,
    tags,
    body: mapped.body,
    notes: [...mapped.notes, ...(id === null ? [] : [`its id ${id} is not kept`])],
  };
}

type Mapped = Pick<ImportedQuestion, 'body' | 'notes'>;

/** The answers as the body of a question, or why there can be none. */
function mapAnswers({ answers }: GiftQuestion): Mapped | string {
  switch (answers.type) {
    case 'DESCRIPTION':
      return 'a description without answers is not a question';
    case 'ESSAY':
      return { body: { essay: { rubric: defaultRubric } }, notes: [defaultRubricNote] };
    case 'TRUE_FALSE':
      return mapTrueFalse(answers.isTrue, answers.feedbacks);
    case 'SHORT':
      return { body: { text: { answers: answers.choices.map(mapText) } }, notes: [] };
    case 'CHOICE':
      return mapChoice(answers.choices);
    case 'MATCHING':
      return mapMatching(answers.pairs);
    case 'NUMERICAL':
      return mapNumerical(answers.answers);
  }
}

const feedbackOf = ({ feedback }: { readonly feedback: GiftText | null }) => feedback?.text ?? null;

/** Without a percentage `=` earns everything and `~` nothing. */
const weightOf = ({ weight, isCorrect }: Pick<GiftChoice, 'weight' | 'isCorrect'>): number => {
  if (weight === null) return isCorrect ? right : wrong;
  return new Exact(weight).dividedBy(hundred).toNumber();
};

const mapText = (choice: GiftChoice) => ({
  pattern: choice.text.text,
  weight: weightOf(choice),
  feedback: feedbackOf(choice),
});

/** Without any `=`, several may be picked and their percentages add up (Moodle's "multiple answers"). */
function mapChoice(choices: readonly GiftChoice[]): Mapped {
  const multiple = !choices.some(({ isCorrect }) => isCorrect);
  const isWeighted = choices.some(({ weight }) => weight !== null);
  const partialCredit = isWeighted ? 'EXPLICIT_WEIGHTS' : 'ALL_OR_NOTHING';
  const options = choices.map((choice) => ({
    text: choice.text.text,
    weight: weightOf(choice),
    feedback: feedbackOf(choice),
  }));
  return { body: { choice: { multiple, partialCredit, choices: options } }, notes: [] };
}

function mapTrueFalse(
  isTrue: boolean,
  [toWrong, toRight]: readonly [GiftText | null, GiftText | null],
): Mapped {
  const choices = [
    { text: 'True', weight: isTrue ? right : wrong, feedback: (isTrue ? toRight : toWrong)?.text ?? null },
    { text: 'False', weight: isTrue ? wrong : right, feedback: (isTrue ? toWrong : toRight)?.text ?? null },
  ];
  return { body: { choice: { multiple: false, partialCredit: 'ALL_OR_NOTHING', choices } }, notes: [] };
}

/** A pair with nothing on its left is a partner too many. */
function mapMatching(pairs: readonly { readonly left: GiftText; readonly right: string }[]): Mapped {
  const complete = pairs.filter(({ left }) => left.text !== '');
  const distractors = pairs.filter(({ left }) => left.text === '').map((pair) => pair.right);
  const matched = complete.map((pair) => ({ left: pair.left.text, right: pair.right }));
  return { body: { match: { pairs: matched, distractors } }, notes: [] };
}

function mapNumerical(
  answers: readonly (Pick<GiftChoice, 'weight' | 'isCorrect' | 'feedback'> & {
    readonly number: GiftNumber | null;
  })[],
): Mapped {
  const kept = answers.flatMap((answer) =>
    answer.number === null
      ? []
      : [{ ...toBounds(answer.number), weight: weightOf(answer), feedback: feedbackOf(answer) }],
  );
  const hasOther = kept.length < answers.length;
  return {
    body: { numeric: { answers: kept } },
    notes: hasOther ? ['what is said to any other number is not kept'] : [],
  };
}

function toBounds(number: GiftNumber) {
  switch (number.form) {
    case 'EXACT':
      return { value: number.value, tolerance: '0' };
    case 'TOLERANCE':
      return { value: number.value, tolerance: number.tolerance };
    case 'RANGE': {
      const [low, high] = [new Exact(number.low), new Exact(number.high)];
      return {
        value: low.plus(high).dividedBy(2).toFixed(),
        tolerance: high.minus(low).dividedBy(2).toFixed(),
      };
    }
  }
}
