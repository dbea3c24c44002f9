import { setTimeout as delay } from 'node:timers/promises';
import { UpstreamUnavailable } from '../execution/execution-error.ts';
import type { DataObject } from '../execution/gathered.ts';
import type { StreamRequest, SubgraphStream, SubgraphStreams } from './subgraph-stream.ts';

const longestPauseMs = 5_000;
const maxFailures = 10;

/** Random, as thousands of streams are cut off at once when a subgraph restarts. */
const pauseAfter = (failures: number): number =>
  Math.min(200 * 2 ** failures, longestPauseMs) * (0.5 + Math.random() / 2);

/**
 * A subgraph's events for as long as the subscription lasts: a stream that is cut off, by a restart or a network, is
 * opened again. Nothing is lost by that, since the first event is the current state. Throws when the subgraph stays
 * away; ends quietly when the request is aborted.
 */
export async function* lastingEvents(
  first: Extract<SubgraphStream, { kind: 'events' }>,
  asked: StreamRequest,
  streams: SubgraphStreams,
): AsyncGenerator<DataObject> {
  let stream: SubgraphStream | null = first;
  let failures = 0;
  while (!asked.signal.aborted) {
    try {
      stream ??= await streams.open(asked);
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
      stream = null;
      failures += 1;
      if (asked.signal.aborted) return;
      if (failures > maxFailures) throw new UpstreamUnavailable(asked.service, 'refused', error);
      await delay(pauseAfter(failures), undefined, { signal: asked.signal }).catch(() => undefined);
    }
  }
}
