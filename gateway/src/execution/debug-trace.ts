import type { SendToSubgraph } from './fetch-step.ts';
import type { Plan } from './plan.ts';

export interface TracedFetch {
  readonly subgraph: string;
  readonly operationName: string | null;
  /** From the start of the operation, in milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly outcome: 'answered' | 'answered with errors' | 'failed';
}

/** How an operation was answered, for a developer who asked. */
export interface DebugTrace {
  readonly startedAt: number;
  planner: string | null;
  plan: Plan | null;
  /** Labels of progressive overrides that were active. */
  overrides: readonly string[];
  /** Estimated by `@cost` and `@listSize`; null while it is not known. */
  cost: number | null;
  readonly fetches: TracedFetch[];
}

export const createDebugTrace = (): DebugTrace => ({
  startedAt: performance.now(),
  planner: null,
  plan: null,
  overrides: [],
  cost: null,
  fetches: [],
});

const toMilliseconds = (duration: number): number => Math.round(duration * 100) / 100;

/** Sends as before and notes each fetch. */
export const traceFetches =
  (send: SendToSubgraph, trace: DebugTrace): SendToSubgraph =>
  async (request) => {
    const startedAt = performance.now();
    const note = (outcome: TracedFetch['outcome']) =>
      trace.fetches.push({
        subgraph: request.service,
        operationName: request.operationName,
        startedAt: toMilliseconds(startedAt - trace.startedAt),
        durationMs: toMilliseconds(performance.now() - startedAt),
        requestBytes: Buffer.byteLength(request.body),
        outcome,
      });
    try {
      const answer = await send(request);
      note(Array.isArray(answer.errors) && answer.errors.length > 0 ? 'answered with errors' : 'answered');
      return answer;
    } catch (error) {
      note('failed');
      throw error;
    }
  };

/** The trace as it stands in `extensions` of the answer. */
export const presentTrace = ({ startedAt, ...trace }: DebugTrace) => ({
  debug: { ...trace, durationMs: toMilliseconds(performance.now() - startedAt) },
});
