import type { AttemptOutcome } from '@studymate/database/ai';
import { type Clock, traced } from '@studymate/runtime';
import type { Draft } from '../draft/draft.ts';
import type { GateResult } from '../gate/gate.ts';
import type { Model } from '../model/model.ts';
import type { Breaker } from './breaker.ts';
import { type DraftRequest, ProviderFailure, type ProviderReply, type TokenUsage } from './provider.ts';

/** One call of one model, as it is kept. */
export interface Attempt {
  readonly model: Model;
  readonly startedAt: Date;
  readonly latencyMs: number;
  readonly outcome: AttemptOutcome;
  readonly httpStatus: number | null;
  readonly timeToFirstTokenMs: number | null;
  readonly usage: TokenUsage | null;
  /** For our logs, never for the learner. */
  readonly problem: string | null;
}

export interface ChainOptions {
  readonly now: Clock;
  readonly signal: AbortSignal;
  /** Checks an answer; one that does not pass counts as INVALID_OUTPUT, and the next model is tried. */
  readonly check: (draft: Draft) => GateResult;
  readonly onAttempt: (attempt: Attempt) => Promise<void>;
}

export interface ChainResult {
  readonly served: {
    readonly model: Model;
    readonly usage: TokenUsage | null;
    readonly result: GateResult;
  } | null;
  readonly attempts: readonly Attempt[];
}

/**
 * Asks one model after the other until an answer passes the checks. Each failure moves on to the next model: no
 * provider is asked twice, so an account without quota is not asked again. An abort ends it at once.
 */
export async function runChain(
  breakers: readonly Breaker[],
  request: DraftRequest,
  options: ChainOptions,
): Promise<ChainResult> {
  const attempts: Attempt[] = [];
  for (const breaker of breakers) {
    if (options.signal.aborted) break;
    const { attempt, result } = await tryModel(breaker, request, options);
    attempts.push(attempt);
    await options.onAttempt(attempt);
    if (result) return { served: { model: breaker.model, usage: attempt.usage, result }, attempts };
  }
  return { served: null, attempts };
}

/** One call in a span of its own, named as OpenTelemetry names calls of models. */
const tryModel = ({ model, call }: Breaker, request: DraftRequest, options: ChainOptions) =>
  traced(`chat ${model.name}`, namesOf(model), async (span) => {
    const tried = await askModel({ model, call }, request, options);
    const { outcome, usage } = tried.attempt;
    span.setAttributes({
      'ai.outcome': outcome,
      ...(usage === null
        ? {}
        : {
            'gen_ai.usage.input_tokens': usage.inputTokens,
            'gen_ai.usage.output_tokens': usage.outputTokens,
          }),
    });
    return tried;
  });

const namesOf = ({ provider, name }: Model) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': provider,
  'gen_ai.request.model': name,
});

async function askModel(
  breaker: Pick<Breaker, 'model' | 'call'>,
  request: DraftRequest,
  options: ChainOptions,
) {
  const startedAt = options.now();
  const startedMs = performance.now();
  const attemptOf = (
    outcome: AttemptOutcome,
    seen: Partial<ProviderReply>,
    problem: string | null,
  ): Attempt => ({
    model: breaker.model,
    startedAt,
    latencyMs: Math.round(performance.now() - startedMs),
    outcome,
    httpStatus: seen.httpStatus ?? null,
    timeToFirstTokenMs: seen.timeToFirstTokenMs ?? null,
    usage: seen.usage ?? null,
    problem,
  });
  try {
    const reply = await breaker.call(request, options.signal);
    const result = options.check(reply.draft);
    return result.output
      ? { attempt: attemptOf('OK', reply, null), result }
      : {
          attempt: attemptOf('INVALID_OUTPUT', reply, 'The answer did not pass the quality checks.'),
          result: null,
        };
  } catch (error) {
    const failure = asFailure(error, options.signal);
    return { attempt: attemptOf(failure.outcome, failure, failure.message), result: null };
  }
}

/** What is no failure of a provider is a bug of ours and thrown on. */
function asFailure(error: unknown, signal: AbortSignal): ProviderFailure {
  if (signal.aborted) return new ProviderFailure('CANCELED', 'The learner canceled the generation.');
  if (error instanceof ProviderFailure) return error;
  throw error;
}
