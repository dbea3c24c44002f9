import type { GenerationOutput } from '@studymate/contracts';
import { traced } from '@studymate/runtime';
import type { ChainResult } from '../provider/chain.ts';
import type { Task } from './generation.make.ts';

/** How much was made: characters of a summary's text, questions of a quiz, cards of a deck. */
const sizeOf = (output: GenerationOutput) =>
  output.kind === 'SUMMARY'
    ? { 'summary.length': output.body.length }
    : output.kind === 'QUIZ'
      ? { 'quiz.questions': output.questions.length }
      : { 'flashcards.count': output.cards.length };

/**
 * Makes an output within a span `generate_ai_summary` (`_quiz`, `_flashcards`) that tells how long the text is, who
 * answered, and how much came of it; `make` says what the models answered.
 */
export const tracedMaking = (
  { generation, text }: Task,
  make: (onServed: (result: ChainResult) => void) => Promise<void>,
): Promise<void> =>
  traced(
    `generate_ai_${generation.kind.toLowerCase()}`,
    { 'generation.id': generation.id, 'content.length': text.length },
    (span) =>
      make(({ served }) => {
        if (!served) return;
        const { model, result } = served;
        if (!result.output) return;
        span.setAttributes({
          'ai.provider': model.provider,
          'ai.model': model.name,
          ...sizeOf(result.output),
        });
      }),
  );
