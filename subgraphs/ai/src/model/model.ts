import type { DraftKind } from '../draft/draft.ts';

export const providerNames = ['openai', 'anthropic', 'together', 'embedded'] as const;
export type ProviderName = (typeof providerNames)[number];

/** A model that may serve generations, with what its provider charges. */
export interface Model {
  readonly provider: ProviderName;
  readonly name: string;
  readonly contextTokens: number;
  /** Millionths of a US dollar for a million tokens. */
  readonly inputMicrosPerMTok: number;
  readonly cachedInputMicrosPerMTok: number;
  readonly outputMicrosPerMTok: number;
}

export const modelKinds: readonly DraftKind[] = ['SUMMARY', 'QUIZ', 'FLASHCARDS'];

/** The rules that need neither a key nor a network. Its name changes whenever its answers do. */
export const embeddedModel: Model = {
  provider: 'embedded',
  name: 'embedded-1',
  contextTokens: 2_000_000,
  inputMicrosPerMTok: 0,
  cachedInputMicrosPerMTok: 0,
  outputMicrosPerMTok: 0,
};

export const modelId = ({ provider, name }: Pick<Model, 'provider' | 'name'>): string =>
  `${provider}/${name}`;
