import type { Model } from '../model/model.ts';
import type { Prompt } from './prompt.ts';
import type { TokenUsage } from './provider.ts';

/** A whole answer of a model. */
export interface TextReply {
  readonly text: string;
  readonly usage: TokenUsage | null;
  readonly httpStatus: number;
  readonly timeToFirstTokenMs: number | null;
}

/** A model that streams text. Throws ProviderFailure for anything but a whole answer. */
export interface TextModel {
  readonly model: Model;
  answer(prompt: Prompt, signal: AbortSignal): Promise<TextReply>;
}

/** How to reach a provider. */
export interface ProviderAccess {
  readonly apiKey: string;
  /** The vendor's own address when left out. */
  readonly baseUrl?: string | undefined;
}

const nothing = () => undefined;

/** The SDKs print what they cannot parse: that may be a learner's text, so it goes nowhere. */
export const silentLogger = { error: nothing, warn: nothing, info: nothing, debug: nothing };

/** Gathers the pieces of a stream and notes when the first came. */
export function createTextCollector() {
  const started = performance.now();
  const pieces: string[] = [];
  let firstAfterMs: number | null = null;
  return {
    add: (piece: string): void => {
      if (piece === '') return;
      firstAfterMs ??= Math.round(performance.now() - started);
      pieces.push(piece);
    },
    text: () => pieces.join(''),
    timeToFirstTokenMs: () => firstAfterMs,
  };
}
