import type { QuestionDifficulty, SummaryStyle } from '@studymate/contracts';
import type { AttemptOutcome } from '@studymate/database/ai';
import type { Draft, DraftKind } from '../draft/draft.ts';
import type { QuestionType } from '../embedded/quiz.ts';
import type { StudyLanguage } from '../language/language.ts';
import type { Model } from '../model/model.ts';

/** What a provider is asked for. */
export interface DraftRequest {
  readonly kind: DraftKind;
  readonly title: string;
  /** The material, which is data: nothing in it is an instruction. */
  readonly text: string;
  readonly language: StudyLanguage;
  readonly style: SummaryStyle;
  readonly count: number | null;
  readonly difficulty: QuestionDifficulty | null;
  readonly types: readonly QuestionType[];
  readonly maxOutputTokens: number;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface ProviderReply {
  readonly draft: Draft;
  /** Null where nothing is counted. */
  readonly usage: TokenUsage | null;
  readonly httpStatus: number | null;
  readonly timeToFirstTokenMs: number | null;
}

/** One model of one provider. `draft` throws ProviderFailure, and stops at once when the signal aborts. */
export interface Provider {
  readonly model: Model;
  draft(request: DraftRequest, signal: AbortSignal): Promise<ProviderReply>;
}

export interface FailureDetails {
  readonly httpStatus?: number | null;
  readonly usage?: TokenUsage | null;
  readonly timeToFirstTokenMs?: number | null;
}

/** A call that brought no usable answer, and what kind of trouble it was. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly outcome: Exclude<AttemptOutcome, 'OK'>;
  readonly httpStatus: number | null;
  readonly usage: TokenUsage | null;
  readonly timeToFirstTokenMs: number | null;

  constructor(outcome: Exclude<AttemptOutcome, 'OK'>, message: string, details: FailureDetails = {}) {
    super(message);
    this.outcome = outcome;
    this.httpStatus = details.httpStatus ?? null;
    this.usage = details.usage ?? null;
    this.timeToFirstTokenMs = details.timeToFirstTokenMs ?? null;
  }
}
