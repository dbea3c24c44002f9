import type { HttpResponse, StreamTarget } from '@studymate/runtime';
import { json } from '@studymate/runtime';
import { type SourceEvents, type SourceOptions, startSource } from './source-events.ts';

const keepAliveMs = 15_000;

export interface EventStreamOptions<C extends object> extends SourceOptions<C> {
  /** Ends the stream when the process stops. */
  readonly stopped: AbortSignal;
}

async function sendEvents(
  target: StreamTarget,
  next: Extract<SourceEvents, { kind: 'events' }>['next'],
): Promise<void> {
  for (let result = await next(); result !== null; result = await next()) {
    await target.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }
}

/**
 * Answers a subscription as server-sent events of GraphQL results, `complete` at its own end; errors at the start as
 * a plain result. A stream that ends without `complete` may be taken up again: the first event is the current state.
 */
export async function openEventStream<C extends object>(
  body: unknown,
  options: EventStreamOptions<C>,
): Promise<HttpResponse> {
  const source = await startSource(body, options);
  if (source.kind === 'refused') return json(200, source.result);
  const { next, end } = source;
  const { stopped } = options;
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    body: '',
    stream: async (target) => {
      target.closed.addEventListener('abort', end);
      stopped.addEventListener('abort', end);
      if (target.closed.aborted || stopped.aborted) end();
      const keepAlive = setInterval(() => void target.write(':\n\n'), keepAliveMs);
      try {
        await sendEvents(target, next);
        if (!target.closed.aborted && !stopped.aborted) await target.write('event: complete\ndata:\n\n');
      } finally {
        clearInterval(keepAlive);
        stopped.removeEventListener('abort', end);
        end();
      }
    },
  };
}
