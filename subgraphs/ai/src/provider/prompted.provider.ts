import { type Draft, type DraftKind, draftSchemas } from '../draft/draft.ts';
import { writePrompt } from './prompt.ts';
import { type FailureDetails, type Provider, ProviderFailure } from './provider.ts';
import type { TextModel } from './text-model.ts';

/** A provider that asks a language model for a draft in JSON and believes only what fits the schema. */
export const createPromptedProvider = (textModel: TextModel): Provider => ({
  model: textModel.model,
  draft: async (request, signal) => {
    const { text, ...seen } = await textModel.answer(writePrompt(request), signal);
    return { draft: parseDraft(request.kind, text, seen), ...seen };
  },
});

function parseDraft(kind: DraftKind, text: string, seen: FailureDetails): Draft {
  const json = parseJson(text);
  const parsed =
    kind === 'SUMMARY'
      ? draftSchemas.SUMMARY.transform((draft): Draft => ({ kind, ...draft })).safeParse(json)
      : kind === 'QUIZ'
        ? draftSchemas.QUIZ.transform((draft): Draft => ({ kind, ...draft })).safeParse(json)
        : draftSchemas.FLASHCARDS.transform((draft): Draft => ({ kind, ...draft })).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ProviderFailure(
    'INVALID_OUTPUT',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`,
    seen,
  );
}

/** Undefined for what is no JSON, which no schema accepts. Models like to fence their JSON. */
function parseJson(text: string): unknown {
  const bare = text.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1');
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}
