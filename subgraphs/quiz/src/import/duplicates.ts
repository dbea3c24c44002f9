import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { normalBody } from '../export/body-form.ts';
import { joinQuestion } from '../export/join-question.ts';
import { contentSchema } from '../question/content.ts';
import type { QuestionBody } from '../question/question.input.ts';

export interface Comparable {
  readonly line: number;
  readonly prompt: string;
  readonly body: QuestionBody;
}

/** The same for questions that ask the same and take the same answers, in whatever order their choices stand. */
function fingerprintOf({ prompt, body }: Omit<Comparable, 'line'>): string {
  const { choice, ...others } = normalBody(body);
  const choices = choice?.choices.toSorted((one, other) => (one.text < other.text ? -1 : 1));
  const told = JSON.stringify([prompt, choice && { ...choice, choices }, others]);
  return createHash('sha256').update(told).digest('base64');
}

/** Remembers the questions of a file and finds those of them that were there before. */
export function createDuplicateFinder(bankId: string) {
  const lines = new Map<string, number>();

  const inBank = async (context: Context, prompts: readonly string[]): Promise<ReadonlySet<string>> => {
    const entries = await context.entries.withPrompts(bankId, [...new Set(prompts)]);
    const known = await Promise.all(
      entries.map(async ({ id, latestVersion }) => {
        const question = await context.questions.findVersion(id, latestVersion);
        if (!question) return '';
        const { content: key } = await context.answerKeys.get(question.id);
        const body = joinQuestion(contentSchema.parse(question.content), key);
        return fingerprintOf({ prompt: question.prompt, body });
      }),
    );
    return new Set(known);
  };

  return {
    /** Takes note of questions that were dealt with before. */
    remember(questions: readonly Comparable[]): void {
      for (const question of questions) {
        const fingerprint = fingerprintOf(question);
        if (!lines.has(fingerprint)) lines.set(fingerprint, question.line);
      }
    },
    /** For each question where it was before, or null for a new one, which is remembered. */
    async find(context: Context, questions: readonly Comparable[]): Promise<(string | null)[]> {
      const known = await inBank(
        context,
        questions.map(({ prompt }) => prompt),
      );
      return questions.map((question) => {
        const fingerprint = fingerprintOf(question);
        const line = lines.get(fingerprint);
        if (line !== undefined) return `the same question begins at line ${line}`;
        lines.set(fingerprint, question.line);
        return known.has(fingerprint) ? 'the bank holds the same question' : null;
      });
    },
  };
}

export type DuplicateFinder = ReturnType<typeof createDuplicateFinder>;
