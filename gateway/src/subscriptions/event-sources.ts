import type { SubscriptionRules } from '../config-schema.ts';
import type { DataObject } from '../execution/gathered.ts';
import { callerOf } from '../execution/subgraphs.ts';
import { EventQueue } from './event-queue.ts';
import { type LastingOptions, lastingEvents } from './lasting-events.ts';
import type { StreamRequest, SubgraphStream, SubgraphStreams } from './subgraph-stream.ts';

/** Where the events of subscriptions come from, for as long as they last. */
export interface EventSources {
  /** Follows a root field. Rejects with UpstreamUnavailable when its subgraph gives no sensible answer. */
  follow(field: string, asked: StreamRequest): Promise<SubgraphStream>;
}

/** A stream that several follow. */
interface SharedStream {
  readonly started: Promise<SubgraphStream>;
  readonly followers: Set<EventQueue>;
  latest: DataObject | null;
  stop(): void;
}

async function openLasting(asked: StreamRequest, options: LastingOptions): Promise<SubgraphStream> {
  const stream = await options.streams.open(asked);
  if (stream.kind === 'refused') return stream;
  return { kind: 'events', events: lastingEvents(stream, asked, options) };
}

/** What makes two requests one: the operation, and who asks as far as the answer depends on it. */
function keyOf({ service, body, scope }: StreamRequest, share: 'viewer' | 'everyone'): string {
  const { viewer, testClock } = callerOf(scope);
  const asker = share === 'everyone' ? null : { viewer, testClock, headers: scope.propagatedHeaders };
  return JSON.stringify([service, body, asker]);
}

/** Hands every event to every follower; each takes them at its own pace. */
async function distribute(stream: SharedStream): Promise<void> {
  try {
    const started = await stream.started;
    if (started.kind === 'refused') return;
    for await (const event of started.events) {
      stream.latest = event;
      for (const queue of stream.followers) queue.push(event);
    }
    for (const queue of stream.followers) queue.finish('complete');
  } catch (error) {
    for (const queue of stream.followers)
      queue.finish(error instanceof Error ? error : new Error(String(error)));
  } finally {
    stream.stop();
  }
}

/**
 * One stream for each subscription, except for fields that may share one (`shared`): there, who asks for the same
 * joins the stream that is open, and begins with its latest event.
 */
export function createEventSources(
  streams: SubgraphStreams,
  { shared, patienceMs }: SubscriptionRules,
): EventSources {
  const lasting = { streams, patienceMs };
  const open = new Map<string, SharedStream>();

  const start = (key: string, asked: StreamRequest): SharedStream => {
    const stop = new AbortController();
    const stream: SharedStream = {
      started: openLasting({ ...asked, signal: stop.signal }, lasting),
      followers: new Set(),
      latest: null,
      stop: () => {
        if (open.get(key) === stream) open.delete(key);
        stop.abort();
      },
    };
    open.set(key, stream);
    void distribute(stream);
    return stream;
  };

  return {
    follow: async (field, asked) => {
      const share = Object.hasOwn(shared, field) ? shared[field] : undefined;
      if (!share) return openLasting(asked, lasting);
      const key = keyOf(asked, share);
      const stream = open.get(key) ?? start(key, asked);
      const queue = new EventQueue();
      stream.followers.add(queue);
      const leave = () => {
        stream.followers.delete(queue);
        void queue.return();
        if (stream.followers.size === 0) stream.stop();
      };
      asked.signal.addEventListener('abort', leave, { once: true });
      if (asked.signal.aborted) leave();
      if (stream.latest) queue.push(stream.latest);
      const started = await stream.started;
      return started.kind === 'refused' ? started : { kind: 'events', events: queue };
    },
  };
}
