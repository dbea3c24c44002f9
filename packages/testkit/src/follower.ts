import type { Viewer } from '@studymate/contracts';
import { createLogger } from '@studymate/runtime';
import {
  type AfterCommit,
  type ChangeFeed,
  createErrorPresenter,
  createTicks,
  openEventStream,
  type Ticks,
} from '@studymate/subgraph-kit';
import type { GraphQLSchema } from 'graphql';
import type { Answer } from './asker.ts';

/** Carries announcements from one context to another within the test, when they are committed. */
export function liveChanges(): { readonly feed: ChangeFeed; readonly afterCommit: AfterCommit } {
  const followers = new Map<string, Set<Ticks>>();
  return {
    afterCommit: (changes = []) => {
      for (const change of changes) {
        if (!('topic' in change)) continue;
        for (const ticks of followers.get(change.topic) ?? []) ticks.push({ detail: change.detail });
      }
    },
    feed: {
      follow: async (topic, first) => {
        const ticks: Ticks = createTicks(first, () => followers.get(topic)?.delete(ticks));
        followers.set(topic, (followers.get(topic) ?? new Set()).add(ticks));
        return ticks;
      },
      stop: async () => undefined,
    },
  };
}

/** A subscription that is followed; `next` waits for an event, `refusal` is why there is none. */
export interface Followed {
  readonly refusal: Answer['errors'] | null;
  next(): Promise<Answer>;
  /** How many events wait to be taken. */
  waiting(): number;
  stop(): void;
}

const eventPrefix = 'event: next\ndata: ';

/** Follows a subgraph's subscriptions in process, as the gateway would over HTTP. */
export function follower<C extends object>(
  schema: GraphQLSchema,
  createContext: (viewer: Viewer | null) => C,
) {
  return async (viewer: Viewer | null, query: string, variables: object = {}): Promise<Followed> => {
    const stopped = new AbortController();
    const response = await openEventStream(
      { query, variables },
      {
        schema,
        createContext: () => createContext(viewer),
        formatError: createErrorPresenter(createLogger('test')),
        stopped: stopped.signal,
      },
    );
    const events: Answer[] = [];
    let onEvent = () => {};
    void response.stream?.({
      closed: stopped.signal,
      write: async (text) => {
        if (!text.startsWith(eventPrefix)) return;
        const { data, errors = [] } = JSON.parse(text.slice(eventPrefix.length));
        events.push({ data: data ?? {}, errors });
        onEvent();
      },
    });
    const refusal = response.stream ? null : JSON.parse(String(response.body)).errors;
    return {
      refusal,
      waiting: () => events.length,
      next: async () => {
        if (refusal) throw new Error(JSON.stringify(refusal));
        let event = events.shift();
        while (!event) {
          await new Promise<void>((resolve) => {
            onEvent = resolve;
          });
          event = events.shift();
        }
        return event;
      },
      stop: () => stopped.abort(),
    };
  };
}
