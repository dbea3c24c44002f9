import { noteCacheControl } from '../caching/freshness.ts';
import { UpstreamUnavailable } from './execution-error.ts';
import { type DataObject, isDataObject } from './gathered.ts';
import { noteAnswerHeaders, type SubgraphHeaders } from './header-rules.ts';
import type { ReplyHandler } from './http-connection.ts';
import { openConnections } from './http-connections.ts';
import type { HttpReply } from './http-response.ts';

export interface SubgraphClientOptions {
  readonly service: string;
  readonly url: string;
  /** Sockets to the subgraph at most; further requests wait for one. */
  readonly connections: number;
  /** Bytes of a response at most. */
  readonly responseLimit: number;
  /** Reads off a response what clients are told of it. */
  readonly answered?: SubgraphHeaders['answered'];
}

export interface SubgraphClient {
  /** Posts a GraphQL request. Rejects with UpstreamUnavailable when no sensible answer comes in time. */
  post(body: string, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<DataObject>;
  close(): Promise<void>;
}

/** The answer in a reply. Throws when it is none of GraphQL. */
function readAnswer(
  { status, text, cacheControl, body }: HttpReply,
  answered: SubgraphClientOptions['answered'],
): DataObject {
  const answer: unknown = JSON.parse(body.toString('utf8'));
  if (isDataObject(answer) && ('data' in answer || (status < 500 && 'errors' in answer))) {
    noteCacheControl(answer, cacheControl);
    noteAnswerHeaders(answer, answered?.(text));
    return answer;
  }
  throw new Error(`Neither data nor errors, with status ${status}.`);
}

/** Keep-alive connections to one subgraph. */
export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  const { service, connections, responseLimit, answered } = options;
  const server = openConnections({ url: new URL(options.url), connections, responseLimit });
  return {
    post: (body, headers, timeoutMs) =>
      new Promise((resolve, reject) => {
        const fail = (reason: UpstreamUnavailable['reason'], cause?: unknown) => {
          clearTimeout(timer);
          reject(new UpstreamUnavailable(service, reason, cause));
        };
        const handler: ReplyHandler = {
          onReply: (reply) => {
            try {
              const answer = readAnswer(reply, answered);
              clearTimeout(timer);
              resolve(answer);
            } catch (error) {
              fail('bad answer', error);
            }
          },
          onFailure: fail,
        };
        const request = server.post(body, headers, handler);
        const timer = setTimeout(() => {
          request.abandon();
          fail('timeout');
        }, timeoutMs);
      }),
    close: () => server.close(),
  };
}
