import { GenerationDocument, type GenerationQuery, StartGenerationDocument } from '@studymate/client';
import { freshKey, type Learner } from './learner.ts';
import { eventually, must, type Narrator, succeeded } from './narrator.ts';
import type { ReadMaterial } from './study.chapter.ts';

type Output = NonNullable<NonNullable<GenerationQuery['generation']>['output']>;
type Kind = 'SUMMARY' | 'QUIZ' | 'FLASHCARDS';

/** Asks for a generation and waits for its output. */
async function generate(learner: Learner, kind: Kind, material: ReadMaterial): Promise<Output> {
  const { startGeneration } = await learner.client.request(StartGenerationDocument, {
    input: { kind, materialId: material.id, count: kind === 'SUMMARY' ? null : 6 },
    idempotencyKey: freshKey(),
  });
  const { id } = succeeded(startGeneration, 'Generation');
  return eventually(`the ${kind.toLowerCase()}`, async () => {
    const { generation } = await learner.client.request(GenerationDocument, { id });
    const isOver = generation?.state === 'FAILED' || generation?.state === 'CANCELED';
    must(!isOver, `the generation failed: ${generation?.error?.code} ${generation?.error?.message}`);
    return generation?.state === 'SUCCEEDED' ? generation.output : null;
  });
}

/** A summary whose every citation stands word for word in the text. */
export async function askForSummary(
  learner: Learner,
  narrator: Narrator,
  material: ReadMaterial,
): Promise<void> {
  narrator.chapter('A summary with citations');
  const output = await narrator.step('asks for a summary', () => generate(learner, 'SUMMARY', material));
  if (output.__typename !== 'Summary') throw new Error(`got a ${output.__typename}`);
  const points = [...material.content];
  await narrator.step(
    'finds every citation in the text',
    async () => {
      must(output.citations.length >= 3, 'there are fewer than three citations');
      for (const { start, end, quote } of output.citations) {
        must(points.slice(start, end).join('') === quote, `“${quote}” is not at ${start}–${end}`);
      }
      return output.citations;
    },
    (citations) => `${citations.length} citations; the first: “${citations[0]?.quote}”`,
  );
}

export async function askForQuiz(
  learner: Learner,
  narrator: Narrator,
  material: ReadMaterial,
): Promise<string> {
  narrator.chapter('A quiz from the document');
  const output = await narrator.step('asks for a quiz', () => generate(learner, 'QUIZ', material));
  if (output.__typename !== 'Quiz') throw new Error(`got a ${output.__typename}`);
  must(output.questionCount >= 3, 'the quiz has fewer than three questions');
  return output.id;
}

export async function askForFlashcards(
  learner: Learner,
  narrator: Narrator,
  material: ReadMaterial,
): Promise<string> {
  narrator.chapter('Flashcards and spaced repetition');
  const output = await narrator.step('asks for flashcards', () => generate(learner, 'FLASHCARDS', material));
  if (output.__typename !== 'Deck') throw new Error(`got a ${output.__typename}`);
  return output.id;
}
