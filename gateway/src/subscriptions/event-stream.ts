import type { IncomingMessage } from 'node:http';
import { type HttpResponse, json, type StreamTarget } from '@studymate/runtime';
import { isDataObject } from '../execution/gathered.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { GraphqlAnswer } from '../graphql-engine.ts';
import { clientNameOf } from '../operations/resolve-search.ts';
import { refusal } from '../plugins/read-body.ts';
import { isLive, type LiveAnswers, type LiveOperations } from './live-operations.ts';
import { isOriginAllowed } from './origins.ts';
import { completeEvent, keepAliveEvent, nextEvent } from './server-sent-events.ts';
import type { SessionWatch } from './session-watch.ts';

/** How a stream of results is written. */
interface Framing {
  readonly contentType: string;
  readonly next: (answer: GraphqlAnswer) => string;
  readonly keepAlive: string;
  readonly end: string;
  /** An answer that ends the stream for a reason that is not the operation's. */
  readonly fatal: (answer: GraphqlAnswer) => string;
}

/** GraphQL over server-sent events, distinct connections mode (graphql-sse's protocol). */
const serverSentEvents: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  next: nextEvent,
  keepAlive: keepAliveEvent,
  end: completeEvent,
  fatal: nextEvent,
};

const part = (body: unknown): string =>
  `\r\n--graphql\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(body)}`;

/** Apollo's multipart protocol for subscriptions, version 1.0. */
const multipart: Framing = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  next: (payload) => part({ payload }),
  keepAlive: part({}),
  end: '\r\n--graphql--\r\n',
  fatal: ({ errors }) => part({ payload: null, errors }),
};

/** The stream that a request asks for by its `Accept`; null when it asks for none. */
export function framingFor(accept: string | undefined): Framing | null {
  if (accept === undefined) return null;
  if (accept.includes('text/event-stream')) return serverSentEvents;
  return /multipart\/mixed[^,]*subscriptionspec/i.test(accept) ? multipart : null;
}

export interface EventStreamOptions {
  readonly operations: LiveOperations;
  readonly sessions: SessionWatch;
  readonly origins: readonly string[];
  readonly keepAliveMs: number;
  /** Aborted when the gateway stops. */
  readonly stopped: AbortSignal;
}

export interface StreamedRequest {
  readonly framing: Framing;
  /** As it came; anything. */
  readonly payload: unknown;
  readonly scope: RequestScope;
}

/** Writes answers as they come, each when the client has taken the one before. */
async function writeAnswers(target: StreamTarget, answers: LiveAnswers, framing: Framing): Promise<void> {
  for await (const answer of answers) {
    if (target.closed.aborted) return;
    await target.write(framing.next(answer));
  }
}

/** Answers an operation with a stream: every event of a subscription, or the one answer of anything else. */
export function createEventStreams({
  operations,
  sessions,
  origins,
  keepAliveMs,
  stopped,
}: EventStreamOptions) {
  return async (
    request: IncomingMessage,
    { framing, payload, scope }: StreamedRequest,
  ): Promise<HttpResponse> => {
    const { headers } = request;
    if (!isOriginAllowed(headers, origins))
      return json(403, {
        errors: [{ message: 'This origin may not open streams.', extensions: { code: 'FORBIDDEN' } }],
      });
    if (stopped.aborted) throw refusal(503, 'UPSTREAM_UNAVAILABLE', 'The gateway is stopping.');
    if (!isDataObject(payload)) throw refusal(400, 'BAD_USER_INPUT', 'No operation.');
    const answer = await operations.open({ payload, scope, client: clientNameOf(headers) });
    return {
      status: 200,
      headers: {
        'content-type': framing.contentType,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
      body: '',
      stream: async (target) => {
        if (!isLive(answer)) return target.write(framing.next(answer) + framing.end);
        let ended: string | null = null;
        const end = () => void answer.return();
        const leave = sessions.watch(scope, headers.authorization, (why) => {
          ended = why;
          end();
        });
        target.closed.addEventListener('abort', end);
        stopped.addEventListener('abort', end);
        if (target.closed.aborted || stopped.aborted) end();
        const keepAlive = setInterval(() => void target.write(framing.keepAlive), keepAliveMs);
        try {
          await writeAnswers(target, answer, framing);
          if (ended !== null)
            await target.write(
              framing.fatal({ errors: [{ message: ended, extensions: { code: 'UNAUTHENTICATED' } }] }),
            );
          // Without an end the client knows to come back, to another replica.
          if (!stopped.aborted) await target.write(framing.end);
        } finally {
          clearInterval(keepAlive);
          leave();
          stopped.removeEventListener('abort', end);
          end();
        }
      },
    };
  };
}

export type StreamEvents = ReturnType<typeof createEventStreams>;
