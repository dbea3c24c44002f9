import { Exact } from '../grading/fraction.ts';
import type { QuestionBody } from '../question/question.input.ts';
import { additiveWeights } from './body-form.ts';
import type { ExportedQuestion } from './exported-question.ts';

const escapeGift = (text: string) => text.replace(/[\\~=#{}:]/g, '\\$&').replace(/\n/g, '\\n');
/** A text that looks like the mark of a format or a percentage gets a mark of its own before it. */
const escapeAnswer = (text: string) =>
  /^[[%]/.test(text) ? `[markdown]${escapeGift(text)}` : escapeGift(text);

interface Rule {
  readonly weight: string;
  readonly feedback: string | null;
}

const hundred = 100;
const percent = (weight: string) => `%${new Exact(weight).times(hundred).toFixed()}%`;
const said = ({ feedback }: Rule) => (feedback === null ? '' : `#${escapeAnswer(feedback)}`);
const credit = ({ weight }: Rule) => (new Exact(weight).equals(1) ? '' : percent(weight));

/** The question in GIFT; null for what GIFT has no words for. */
export function writeGift(question: ExportedQuestion): string | null {
  const answers = writeAnswers(question.body);
  if (answers === null) return null;
  const { title, prompt, explanation, tags } = question;
  const comment = tags.length === 0 ? '' : `// ${tags.map((tag) => `[tag:${tag}]`).join(' ')}\n`;
  const head = `${title === null ? '' : `::${escapeGift(title)}::`}[markdown]${escapeGift(prompt)}`;
  const general = explanation === null ? [] : [`####${escapeAnswer(explanation)}`];
  return `${comment}${head} {${[...answers, ...general].map((line) => `\n\t${line}`).join('')}\n}\n`;
}

function writeAnswers({ choice, text, numeric, match, essay }: QuestionBody): string[] | null {
  if (choice) return writeChoices(choice);
  if (essay) return [];
  if (text) return text.answers.map((rule) => `=${credit(rule)}${escapeAnswer(rule.pattern)}${said(rule)}`);
  if (numeric && (numeric.units ?? []).length === 0) {
    const rules = numeric.answers.map(
      (rule) => `=${credit(rule)}${rule.value}:${rule.tolerance}${said(rule)}`,
    );
    return ['#', ...rules];
  }
  if (!match) return null;
  return [
    ...match.pairs.map(({ left, right }) => `=${escapeAnswer(left)} -> ${escapeGift(right)}`),
    ...(match.distractors ?? []).map((right) => `= -> ${escapeGift(right)}`),
  ];
}

/** `=` marks a question of which one may be picked; where several may, GIFT has only weights. */
function writeChoices(choice: NonNullable<QuestionBody['choice']>): string[] {
  const isPlain = !choice.multiple && choice.partialCredit === 'ALL_OR_NOTHING';
  const { choices } = choice.multiple ? additiveWeights(choice) : choice;
  const best = Math.max(...choices.map(({ weight }) => Number(weight)));
  return choices.map((each) => {
    const isMarked = isPlain ? Number(each.weight) > 0 : !choice.multiple && Number(each.weight) === best;
    const worth = isPlain ? '' : percent(each.weight);
    return `${isMarked ? '=' : '~'}${worth}${escapeAnswer(each.text)}${said(each)}`;
  });
}
