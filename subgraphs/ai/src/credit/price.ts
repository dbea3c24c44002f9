import type { DraftKind } from '../draft/draft.ts';
import type { Model } from '../model/model.ts';
import type { TokenUsage } from '../provider/provider.ts';

/** What a generation asks for, as far as its price depends on it. */
export interface PricedRequest {
  readonly kind: DraftKind;
  /** Code points of the material. */
  readonly charCount: number;
  readonly count: number | null;
}

/** Provider cost that one credit pays for, in millionths of a US dollar. */
const microsPerCredit = 5_000;
const fewestCredits = 1;

/** A tokenizer never makes more tokens than this of a code point of English or Korean. */
const mostTokensPerChar = 1.2;
const usualTokensPerChar = 0.4;
const instructionTokens = 1_500;
const perMillion = 1_000_000;

const tokensPerItem: Readonly<Record<DraftKind, { usual: number; most: number; items: number }>> = {
  SUMMARY: { usual: 70, most: 200, items: 10 },
  QUIZ: { usual: 220, most: 500, items: 8 },
  FLASHCARDS: { usual: 90, most: 250, items: 15 },
};

const itemsOf = ({ kind, count }: PricedRequest) => count ?? tokensPerItem[kind].items;

/** The most tokens that a model may answer with. */
export const mostOutputTokens = (request: PricedRequest): number =>
  500 + itemsOf(request) * tokensPerItem[request.kind].most;

export const mostInputTokens = ({ charCount }: PricedRequest): number =>
  Math.ceil(charCount * mostTokensPerChar) + instructionTokens;

/** What the tokens cost at the provider, in millionths of a US dollar, rounded up. */
export function costMicros(model: Model, usage: TokenUsage): number {
  const fresh = Math.max(0, usage.inputTokens - usage.cachedInputTokens);
  const micros =
    fresh * model.inputMicrosPerMTok +
    usage.cachedInputTokens * model.cachedInputMicrosPerMTok +
    usage.outputTokens * model.outputMicrosPerMTok;
  return Math.ceil(micros / perMillion);
}

/** Credits for a provider cost: rounded up, and at least one even where the provider charges nothing. */
export const creditsFor = (micros: number): number =>
  Math.max(fewestCredits, Math.ceil(micros / microsPerCredit));

/** The most that one call of a model can cost. */
export const mostCredits = (model: Model, request: PricedRequest): number =>
  creditsFor(
    costMicros(model, {
      inputTokens: mostInputTokens(request),
      cachedInputTokens: 0,
      outputTokens: mostOutputTokens(request),
      reasoningTokens: 0,
    }),
  );

/** What one call of a model usually costs. */
export const usualCredits = (model: Model, request: PricedRequest): number =>
  creditsFor(
    costMicros(model, {
      inputTokens: Math.ceil(request.charCount * usualTokensPerChar) + instructionTokens,
      cachedInputTokens: 0,
      outputTokens: 200 + itemsOf(request) * tokensPerItem[request.kind].usual,
      reasoningTokens: 0,
    }),
  );

/** The models that can serve a request: its text fits, and one call costs no more than `limit` credits. */
export const affordableModels = (models: readonly Model[], request: PricedRequest, limit: number): Model[] =>
  models.filter(
    (model) =>
      mostCredits(model, request) <= limit &&
      mostInputTokens(request) + mostOutputTokens(request) <= model.contextTokens,
  );
