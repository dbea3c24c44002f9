import { type ImportedItem, nameItem, problemAt } from './imported-question.ts';

interface OpenQuestion {
  readonly line: number;
  prompt: string[];
  answer: string | null;
  options: string[];
}

const optionShape = /^[A-Z] (.*)$/;
const plainly = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();

/**
 * Reads a file of the OpenTriviaQA collection (github.com/uberspot/OpenTriviaQA): `#Q` and the question, `^` and the
 * text of the right answer, then the options, each with a letter. Lines between belong to what stands before them.
 */
export function* readOpenTrivia(source: string): Generator<ImportedItem> {
  let open: OpenQuestion | null = null;
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, raw] of lines.entries()) {
    const text = raw.trim();
    if (text.startsWith('#Q')) {
      if (open) yield finish(open);
      open = { line: index + 1, prompt: [text.slice(2).trim()], answer: null, options: [] };
    } else if (text !== '' && !open)
      yield problemAt(index + 1, nameItem(null, text), 'no #Q stands before it');
    else if (text !== '' && open) readLine(open, text);
  }
  if (open) yield finish(open);
}

function readLine(open: OpenQuestion, text: string): void {
  const [, option] = optionShape.exec(text) ?? [];
  if (text.startsWith('^') && open.answer === null) open.answer = text.slice(1).trim();
  else if (open.answer === null) open.prompt.push(text);
  else if (option !== undefined) open.options.push(option.trim());
  else if (open.options.length > 0) open.options.push(`${open.options.pop()} ${text}`);
  else open.answer += ` ${text}`;
}

function finish({ line, prompt, answer, options }: OpenQuestion): ImportedItem {
  const text = prompt.join('\n').trim();
  const fail = (message: string) => problemAt(line, nameItem(null, text), message);
  if (answer === null) return fail('there is no line with ^ and the right answer');
  if (options.length === 0) return fail('there are no options to pick from');
  const right = new Set(options.filter((option) => plainly(option) === plainly(answer)));
  if (right.size === 0) return fail(`the right answer ${JSON.stringify(answer)} is none of the options`);
  const choices = options.map((option) => ({ text: option, weight: right.has(option) ? 1 : 0 }));
  return {
    kind: 'QUESTION',
    line,
    title: null,
    prompt: text,
    explanation: null,
    body: { choice: { multiple: false, partialCredit: 'ALL_OR_NOTHING', choices } },
    notes: [],
  };
}
