import { Exact, zero } from '../grading/fraction.ts';
import type { QuestionBody } from '../question/question.input.ts';

type Choice = NonNullable<QuestionBody['choice']>;
type Weighted = Choice['choices'][number];

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted();
const number = (digits: string) => new Exact(digits).toString();
const withNumber = <T extends { readonly weight: string }>(rule: T) => ({
  ...rule,
  weight: number(rule.weight),
});

/**
 * A body in one form for all that are the same question: numbers without zeros at their ends, defaults filled in, and
 * in the order of their texts what has no order of its own (the lures of a match, the choices of a gap).
 */
export function normalBody(body: QuestionBody): QuestionBody {
  const { choice, text, numeric, match, order, cloze, essay } = body;
  if (choice) return { choice: { ...choice, choices: choice.choices.map(withNumber) } };
  if (text) {
    const { answers, caseSensitive, maxLength } = text;
    return {
      text: {
        answers: answers.map(withNumber),
        caseSensitive: caseSensitive ?? false,
        maxLength: maxLength ?? null,
      },
    };
  }
  if (numeric) {
    const answers = numeric.answers.map((rule) => ({
      ...withNumber(rule),
      value: number(rule.value),
      tolerance: number(rule.tolerance),
    }));
    return { numeric: { answers, units: numeric.units ?? [] } };
  }
  if (match) {
    const partners = new Set(match.pairs.map(({ right }) => right));
    const distractors = sorted(match.distractors ?? []).filter((right) => !partners.has(right));
    return { match: { pairs: match.pairs, distractors } };
  }
  if (order) return { order };
  if (essay)
    return { essay: { rubric: essay.rubric.map(normalCriterion), minWords: essay.minWords ?? null } };
  return { cloze: { gaps: (cloze?.gaps ?? []).map(normalGap) } };
}

type Criterion = NonNullable<QuestionBody['essay']>['rubric'][number];

const normalCriterion = ({ title, levels }: Criterion): Criterion => ({
  title,
  levels: levels.map(({ points, description }) => ({ points: number(points), description })),
});

type Gap = NonNullable<QuestionBody['cloze']>['gaps'][number];

function normalGap({ answers, choices, caseSensitive }: Gap): Gap {
  const rules = answers.map(withNumber);
  if (!choices) return { answers: rules, choices: null, caseSensitive: caseSensitive ?? false };
  const told = rules.filter(({ weight, feedback }) => weight !== '0' || feedback !== null);
  return { answers: told, choices: sorted(choices), caseSensitive: false };
}

const isRight = ({ weight }: Weighted) => new Exact(weight).greaterThan(zero);

/** Where weights are not added up only their sign counts: 1 for right, 0 for wrong. */
export function plainWeights({ choice, ...others }: QuestionBody): QuestionBody {
  if (!choice || choice.partialCredit === 'EXPLICIT_WEIGHTS') return { choice, ...others };
  const choices = choice.choices.map((each) => ({ ...each, weight: isRight(each) ? '1' : '0' }));
  return { ...others, choice: { ...choice, choices } };
}

const hundredth = 7;

/**
 * A choice question whose credit is written as weights that add up to the same: of R right ones each earns 1/R, and
 * with PROPORTIONAL_MINUS_WRONG each wrong one loses as much. All or nothing among several cannot be written so.
 */
export function additiveWeights(choice: Choice): Choice {
  const { partialCredit, choices, multiple } = choice;
  if (partialCredit === 'EXPLICIT_WEIGHTS' || (partialCredit === 'ALL_OR_NOTHING' && multiple)) return choice;
  const right = multiple ? choices.filter(isRight).length : 1;
  const share = new Exact(1).dividedBy(right).toDecimalPlaces(hundredth);
  const loss = multiple && partialCredit === 'PROPORTIONAL_MINUS_WRONG' ? share.negated() : zero;
  return {
    multiple,
    partialCredit: 'EXPLICIT_WEIGHTS',
    choices: choices.map((each) => ({ ...each, weight: (isRight(each) ? share : loss).toFixed() })),
  };
}

const silent = { feedback: null };

/** The body without what its author says to answers. */
export function withoutFeedback({ choice, text, numeric, cloze, ...others }: QuestionBody): QuestionBody {
  return {
    ...others,
    ...(choice && { choice: { ...choice, choices: choice.choices.map((each) => ({ ...each, ...silent })) } }),
    ...(text && { text: { ...text, answers: text.answers.map((each) => ({ ...each, ...silent })) } }),
    ...(numeric && {
      numeric: { ...numeric, answers: numeric.answers.map((each) => ({ ...each, ...silent })) },
    }),
    ...(cloze && {
      cloze: {
        gaps: cloze.gaps.map((gap) => ({
          ...gap,
          answers: gap.answers.map((each) => ({ ...each, ...silent })),
        })),
      },
    }),
  };
}
