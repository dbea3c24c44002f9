import { type ImportedItem, type ImportedQuestion, nameItem, problemAt } from './imported-question.ts';

const optionShape = /^([A-Z])[.)]\s+(.*)$/;
const answerShape = /^ANSWER:\s*([A-Z])\s*$/;

interface OpenQuestion {
  line: number;
  stem: string[];
  options: { letter: string; text: string }[];
}

const emptyQuestion = (): OpenQuestion => ({ line: 0, stem: [], options: [] });
const noAnswer = 'there is no ANSWER line';

/**
 * Reads a file in Moodle's Aiken format (docs.moodle.org/en/Aiken_format): the question, its options as `A.` or
 * `A)`, then `ANSWER: B`. A question that does not end so becomes a problem with its line.
 */
export function* readAiken(source: string): Generator<ImportedItem> {
  let open = emptyQuestion();
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, raw] of lines.entries()) {
    const text = raw.trim();
    if (text === '') continue;
    const [, letter, option] = optionShape.exec(text) ?? [];
    const [, answer] = answerShape.exec(text) ?? [];
    if (answer === undefined && open.options.length > 0 && letter === undefined) {
      yield giveUp(open, noAnswer);
      open = emptyQuestion();
    }
    if (open.line === 0) open.line = index + 1;
    if (answer !== undefined) {
      yield finish(open, answer, text);
      open = emptyQuestion();
    } else if (letter !== undefined && option !== undefined && open.stem.length > 0) {
      open.options.push({ letter, text: option });
    } else open.stem.push(text);
  }
  if (open.line > 0) yield giveUp(open, noAnswer);
}

const giveUp = ({ line, stem }: OpenQuestion, message: string) =>
  problemAt(line, nameItem(null, stem.join(' ')), message);

function finish(open: OpenQuestion, answer: string, text: string): ImportedItem {
  const { line, stem, options } = open;
  if (stem.length === 0) return problemAt(line, text, 'there is no question before the options');
  if (!options.some(({ letter }) => letter === answer)) return giveUp(open, `there is no option ${answer}`);
  const choices = options.map(({ letter, text }) => ({ text, weight: letter === answer ? 1 : 0 }));
  return {
    kind: 'QUESTION',
    line,
    title: null,
    prompt: stem.join('\n'),
    explanation: null,
    body: { choice: { multiple: false, partialCredit: 'ALL_OR_NOTHING', choices } },
    notes: [],
  } satisfies ImportedQuestion;
}
