import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import type { Subgraphs } from '../execution/subgraphs.ts';
import type { Identify } from '../identity/identify.ts';
import type { SessionRevocations } from '../identity/session-revocations.ts';
import type { LabelClient } from '../plugins/client-labels.ts';
import type { HoldToRate } from '../plugins/rate-limits.ts';
import type { createRequestLog } from '../plugins/request-log.ts';
import { readScope } from '../request-scope.ts';
import { createEventSources } from './event-sources.ts';
import { createEventStreams, type StreamEvents } from './event-stream.ts';
import { createLiveOperations, type LiveOptions } from './live-operations.ts';
import { createMultiplexedStreams } from './multiplexed-streams.ts';
import { createSessionWatch } from './session-watch.ts';
import { createSubgraphStreams } from './subgraph-stream.ts';
import { createWebSockets } from './websocket.ts';

export interface Subscriptions {
  readonly streamEvents: StreamEvents;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stop(): Promise<void>;
}

export interface ServeOptions extends Omit<LiveOptions, 'sources' | 'rules'> {
  readonly config: Config;
  readonly urlOf: Subgraphs['urlOf'];
  readonly headersFor: Subgraphs['headersFor'];
  readonly identify: Identify;
  readonly labelClient: LabelClient;
  readonly revocations: SessionRevocations;
  readonly holdToRate: HoldToRate;
  readonly now: Clock;
  readonly log: ReturnType<typeof createRequestLog>;
  readonly logger: Logger;
}

/** Serves subscriptions over WebSocket, server-sent events and multipart; null when they are switched off. */
export function serveSubscriptions(options: ServeOptions): Subscriptions | null {
  const { config, urlOf, headersFor, identify, labelClient, revocations, holdToRate, now, log, logger } =
    options;
  const rules = config.subscriptions;
  if (rules === false) return null;
  const createStreams = rules.upstream === 'multiplexed' ? createMultiplexedStreams : createSubgraphStreams;
  const streams = createStreams({ path: rules.path, secret: config.secret, urlOf, headersFor });
  const operations = createLiveOperations({
    ...options,
    rules,
    sources: createEventSources(streams, rules),
  });
  const sessions = createSessionWatch(revocations, now);
  const stopped = new AbortController();
  const sockets = createWebSockets({
    config,
    rules,
    operations,
    sessions,
    readScope: (request, authorization, requestId) =>
      readScope(
        { config, labelClient, identify: (credentials) => identify({ ...credentials, authorization }) },
        request,
        { requestId, traceParent: null },
      ),
    holdToRate,
    log,
    logger,
  });
  return {
    streamEvents: createEventStreams({
      operations,
      sessions,
      origins: rules.origins,
      keepAliveMs: rules.keepAliveMs,
      stopped: stopped.signal,
    }),
    upgrade: sockets.upgrade,
    stop: async () => {
      stopped.abort();
      sessions.stop();
      await sockets.stop();
      await streams.close();
    },
  };
}
