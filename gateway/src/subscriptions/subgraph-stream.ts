import { signRequest } from '@studymate/runtime';
import { Agent, request } from 'undici';
import { UpstreamUnavailable } from '../execution/execution-error.ts';
import { type DataObject, isDataObject } from '../execution/gathered.ts';
import type { RequestScope } from '../execution/scope.ts';
import { callerOf, type Subgraphs } from '../execution/subgraphs.ts';
import { traceHeaders } from '../execution/tracing.ts';
import { readResults } from './server-sent-events.ts';

export interface StreamRequest {
  readonly service: string;
  /** The JSON text of the GraphQL request. */
  readonly body: string;
  readonly scope: RequestScope;
  readonly signal: AbortSignal;
}

/** A subgraph's answer to a subscription: its events, or a plain result that says why there are none. */
export type SubgraphStream =
  | { readonly kind: 'events'; readonly events: AsyncIterable<DataObject> }
  | { readonly kind: 'refused'; readonly answer: DataObject };

export interface SubgraphStreams {
  /** Rejects with UpstreamUnavailable when there is no sensible answer. */
  open(request: StreamRequest): Promise<SubgraphStream>;
  close(): Promise<void>;
}

export interface StreamOptions {
  readonly path: string;
  readonly secret: string | null;
  readonly urlOf: Subgraphs['urlOf'];
  readonly headersFor: Subgraphs['headersFor'];
}

export const startTimeoutMs = 5_000;
/** Three of a subgraph's signs of life. */
const silenceMs = 45_000;

export const signedHeaders = (
  { secret, headersFor }: Pick<StreamOptions, 'secret' | 'headersFor'>,
  { service, scope, body }: StreamRequest,
): Record<string, string> => ({
  ...headersFor(service, scope),
  ...traceHeaders(null),
  'x-request-id': scope.requestId,
  ...(secret === null ? {} : signRequest(secret, callerOf(scope), body)),
});

/** Streams from subgraphs: one signed HTTP request each, over sockets of their own. */
export function createSubgraphStreams(options: StreamOptions): SubgraphStreams {
  const { path, urlOf } = options;
  const dispatcher = new Agent({
    pipelining: 1,
    connectTimeout: 2_000,
    headersTimeout: startTimeoutMs,
    bodyTimeout: silenceMs,
  });

  return {
    open: async (asked) => {
      const url = urlOf(asked.service);
      if (url === null) throw new UpstreamUnavailable(asked.service, 'refused');
      try {
        const { body, signal } = asked;
        const response = await request(new URL(path, url), {
          method: 'POST',
          headers: {
            ...signedHeaders(options, asked),
            'content-type': 'application/json',
            accept: 'text/event-stream',
          },
          body,
          signal,
          dispatcher,
        });
        const type = String(response.headers['content-type'] ?? '');
        if (response.statusCode === 200 && type.startsWith('text/event-stream')) {
          return { kind: 'events', events: readResults(response.body) };
        }
        const answer: unknown = await response.body.json();
        if (isDataObject(answer) && response.statusCode === 200) return { kind: 'refused', answer };
        throw new Error(`Status ${response.statusCode}`);
      } catch (error) {
        throw new UpstreamUnavailable(asked.service, 'refused', error);
      }
    },
    close: () => dispatcher.destroy(),
  };
}
