import type { ImportedFile, ImportedQuestion, ImportProblem } from './imported-question.ts';

const optionShape = /^([A-Z])[.)]\s+(.*)$/;
const answerShape = /^ANSWER:\s*([A-Z])\s*$/;

interface OpenQuestion {
  line: number;
  stem: string[];
  options: { letter: string; text: string }[];
}

const emptyQuestion = (): OpenQuestion => ({ line: 0, stem: [], options: [] });

/**
 * Reads a file in Moodle's Aiken format (docs.moodle.org/en/Aiken_format): the question, its options as `A.` or
 * `A)`, then `ANSWER: B`. A question that does not end so becomes a problem with its line.
 */
export function readAiken(source: string): ImportedFile {
  const questions: ImportedQuestion[] = [];
  const problems: ImportProblem[] = [];
  let open = emptyQuestion();
  const fail = (message: string) => {
    if (open.line > 0) problems.push({ line: open.line, item: open.stem[0] ?? null, message });
    open = emptyQuestion();
  };

  for (const [index, raw] of source
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const text = raw.trim();
    if (text === '') continue;
    const [, letter, option] = optionShape.exec(text) ?? [];
    const [, answer] = answerShape.exec(text) ?? [];
    if (open.line === 0) open.line = index + 1;
    if (answer !== undefined) {
      const made = finish(open, answer);
      if (typeof made === 'string') fail(made);
      else questions.push(made);
      open = emptyQuestion();
    } else if (letter !== undefined && option !== undefined && open.stem.length > 0) {
      open.options.push({ letter, text: option });
    } else {
      if (open.options.length > 0) fail('there is no ANSWER line');
      if (open.line === 0) open.line = index + 1;
      open.stem.push(text);
    }
  }
  fail('there is no ANSWER line');
  return { questions, problems };
}

function finish({ line, stem, options }: OpenQuestion, answer: string): ImportedQuestion | string {
  if (stem.length === 0) return 'there is no question before the options';
  if (!options.some(({ letter }) => letter === answer)) return `there is no option ${answer}`;
  const choices = options.map(({ letter, text }) => ({ text, weight: letter === answer ? 1 : 0 }));
  return {
    line,
    title: null,
    prompt: stem.join('\n'),
    explanation: null,
    body: { choice: { multiple: false, partialCredit: 'ALL_OR_NOTHING', choices } },
    notes: [],
  };
}
