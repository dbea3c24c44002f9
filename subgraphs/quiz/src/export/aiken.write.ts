import type { ExportedQuestion } from './exported-question.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The question in Aiken, which knows one right choice among up to 26 and nothing else; null for any other. */
export function writeAiken({ prompt, body: { choice } }: ExportedQuestion): string | null {
  if (!choice || choice.multiple || choice.choices.length > letters.length) return null;
  const options = choice.choices.map(({ text }, index) => `${letters[index]}. ${text}`);
  const right = choice.choices.findIndex(({ weight }) => Number(weight) > 0);
  return [prompt, ...options, `ANSWER: ${letters[right]}`, ''].join('\n');
}
