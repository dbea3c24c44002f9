import { randomUUID } from 'node:crypto';
import { gauge, signRequest } from '@studymate/runtime';
import { UpstreamUnavailable } from '../execution/execution-error.ts';
import { StreamConnection } from './stream-connection.ts';
import {
  type StreamOptions,
  type StreamRequest,
  type SubgraphStream,
  type SubgraphStreams,
  signedHeaders,
  startTimeoutMs,
} from './subgraph-stream.ts';

/** With more than one connection, a subgraph's replicas share the streams of a gateway. */
const maxStreams = 1_000;

const connections = gauge({
  name: 'gateway_stream_connections',
  help: 'Connections to subgraphs that carry subscriptions.',
  labels: ['subgraph'],
});

async function startOn(
  connection: StreamConnection,
  asked: StreamRequest,
  sign: () => Record<string, string>,
) {
  const stream = connection.subscribe(asked, sign);
  const leave = () => void stream.return();
  const timer = setTimeout(leave, startTimeoutMs);
  if (asked.signal.aborted) leave();
  const refusal = await stream.started.finally(() => clearTimeout(timer));
  return refusal
    ? ({ kind: 'refused', answer: refusal } satisfies SubgraphStream)
    : ({ kind: 'events', events: stream } satisfies SubgraphStream);
}

/** Streams from subgraphs over few connections, by the protocol of `streamProtocol`. Each one is signed. */
export function createMultiplexedStreams(options: StreamOptions): SubgraphStreams {
  const { path, secret, urlOf } = options;
  const open = new Map<string, Set<StreamConnection>>();

  const connect = (service: string, url: URL): StreamConnection => {
    const headers = secret === null ? {} : signRequest(secret, { viewer: null, requestId: randomUUID() }, '');
    const connection = new StreamConnection({
      url,
      headers,
      onClose: () => {
        if (open.get(url.href)?.delete(connection)) connections.dec({ subgraph: service });
      },
    });
    open.set(url.href, (open.get(url.href) ?? new Set()).add(connection));
    connections.inc({ subgraph: service });
    return connection;
  };

  return {
    open: async (asked) => {
      const { service } = asked;
      const base = urlOf(service);
      if (base === null) throw new UpstreamUnavailable(service, 'refused');
      const url = new URL(path, base);
      url.protocol = url.protocol.replace('http', 'ws');
      const known = [...(open.get(url.href) ?? [])].find(
        (connection) => connection.isUsable && connection.size < maxStreams,
      );
      try {
        return await startOn(known ?? connect(service, url), asked, () => signedHeaders(options, asked));
      } catch (error) {
        throw new UpstreamUnavailable(service, 'refused', error);
      }
    },
    close: async () => {
      for (const connection of [...open.values()].flatMap((some) => [...some])) connection.close();
    },
  };
}
