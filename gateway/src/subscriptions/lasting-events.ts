import { setTimeout as delay } from 'node:timers/promises';
import { UpstreamUnavailable } from '../execution/execution-error.ts';
import type { DataObject } from '../execution/gathered.ts';
import type { StreamRequest, SubgraphStream, SubgraphStreams } from './subgraph-stream.ts';

const longestPauseMs = 5_000;

/** Random, as thousands of streams are cut off at once when a subgraph restarts. */
const pauseAfter = (failures: number): number =>
  Math.min(200 * 2 ** failures, longestPauseMs) * (0.5 + Math.random() / 2);

export interface LastingOptions {
  readonly streams: SubgraphStreams;
  /** How long a stream that was cut off is tried to be opened again. */
  readonly patienceMs: number;
}

/**
 * A subgraph's events for as long as the subscription lasts: a stream that is cut off, by a restart or a network, is
 * opened again. Nothing is lost by that, since the first event is the current state. Throws when the subgraph stays
 * away; ends quietly when the request is aborted.
 */
export async function* lastingEvents(
  first: Extract<SubgraphStream, { kind: 'events' }>,
  asked: StreamRequest,
  { streams, patienceMs }: LastingOptions,
): AsyncGenerator<DataObject> {
  let stream: SubgraphStream | null = first;
  let failures = 0;
  let cutOffAt = 0;
  let openedAt = performance.now();
  while (!asked.signal.aborted) {
    try {
      if (!stream) {
        stream = await streams.open(asked);
        openedAt = performance.now();
      }
      if (stream.kind === 'refused') {
        yield stream.answer;
        return;
      }
      for await (const event of stream.events) {
        failures = 0;
        yield event;
      }
      return;
    } catch (error) {
      const hasHeld = stream !== null && performance.now() - openedAt > longestPauseMs;
      if (hasHeld) failures = 0;
      stream = null;
      if (failures === 0) cutOffAt = performance.now();
      failures += 1;
      if (asked.signal.aborted) return;
      if (performance.now() - cutOffAt > patienceMs)
        throw new UpstreamUnavailable(asked.service, 'refused', error);
      await delay(pauseAfter(failures), undefined, { signal: asked.signal }).catch(() => undefined);
    }
  }
}
