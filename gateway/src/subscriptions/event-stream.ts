import type { IncomingMessage } from 'node:http';
import type { HttpResponse, StreamTarget } from '@studymate/runtime';
import { isDataObject } from '../execution/gathered.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { GraphqlAnswer } from '../graphql-engine.ts';
import { clientNameOf } from '../operations/resolve-search.ts';
import { refusal } from '../plugins/read-body.ts';
import { type AskedLive, isLive, type LiveAnswers, type LiveOperations } from './live-operations.ts';
import { isOriginAllowed } from './origins.ts';
import { completeEvent, keepAliveEvent, nextEvent } from './server-sent-events.ts';
import type { SessionWatch } from './session-watch.ts';
import type { LiveProtocol } from './subscription-log.ts';

/** How a stream of results is written. */
interface Framing {
  readonly protocol: LiveProtocol;
  readonly contentType: string;
  readonly start: string;
  readonly next: (answer: GraphqlAnswer) => string;
  readonly keepAlive: string;
  readonly end: string;
  /** An answer that ends the stream for a reason that is not the operation's. */
  readonly fatal: (answer: GraphqlAnswer) => string;
}

/** GraphQL over server-sent events, distinct connections mode (graphql-sse's protocol). */
const serverSentEvents: Framing = {
  protocol: 'event-stream',
  contentType: 'text/event-stream; charset=utf-8',
  start: '',
  next: nextEvent,
  keepAlive: keepAliveEvent,
  end: completeEvent,
  fatal: nextEvent,
};

/** Ends with the next boundary: a client takes a part for complete when it has seen that. */
const part = (body: unknown): string =>
  `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(body)}\r\n--graphql`;

/** Apollo's multipart protocol for subscriptions, version 1.0. */
const multipart: Framing = {
  protocol: 'multipart',
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  start: '\r\n--graphql',
  next: (payload) => part({ payload }),
  keepAlive: part({}),
  end: '--\r\n',
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
  readonly onOperation: AskedLive['onOperation'];
}

/** The response, and the errors of an operation that has no events. */
export interface StreamedResponse {
  readonly response: HttpResponse;
  readonly errors: GraphqlAnswer['errors'];
}

/** Writes answers as they come, each when the client has taken the one before. */
async function writeAnswers(target: StreamTarget, answers: LiveAnswers, framing: Framing): Promise<void> {
  for await (const answer of answers) {
    if (target.closed.aborted) return;
    await target.write(framing.next(answer));
  }
}

/** Shows that the connection lives. `stalled` rejects when a client has read nothing from one sign to the next. */
function keepAlive(target: StreamTarget, framing: Framing, everyMs: number) {
  const stalled = Promise.withResolvers<never>();
  let isWaiting = false;
  const timer = setInterval(() => {
    if (isWaiting) stalled.reject(new Error('The client reads too slowly.'));
    isWaiting = true;
    void target.write(framing.keepAlive).then(() => {
      isWaiting = false;
    });
  }, everyMs);
  return { stalled: stalled.promise, stop: () => clearInterval(timer) };
}

interface LiveResponse extends Pick<StreamedRequest, 'framing' | 'scope'> {
  readonly answers: LiveAnswers;
  readonly authorization: string | undefined;
}

/** Writes a subscription's answers until it ends, the session does, the client goes, or the gateway stops. */
async function writeLive(
  target: StreamTarget,
  { answers, framing, scope, authorization }: LiveResponse,
  { sessions, keepAliveMs, stopped }: EventStreamOptions,
): Promise<void> {
  let ended: string | null = null;
  const end = () => void answers.return();
  const leave = sessions.watch(scope, authorization, (why) => {
    ended = why;
    end();
  });
  target.closed.addEventListener('abort', end);
  stopped.addEventListener('abort', end);
  if (target.closed.aborted || stopped.aborted) end();
  const alive = keepAlive(target, framing, keepAliveMs);
  try {
    if (framing.start !== '') await target.write(framing.start);
    await Promise.race([writeAnswers(target, answers, framing), alive.stalled]);
    if (ended !== null)
      await target.write(
        framing.fatal({ errors: [{ message: ended, extensions: { code: 'UNAUTHENTICATED' } }] }),
      );
    // Without an end the client knows to come back, to another replica.
    if (!stopped.aborted) await target.write(framing.end);
  } finally {
    alive.stop();
    leave();
    stopped.removeEventListener('abort', end);
    end();
  }
}

/** Answers an operation with a stream: every event of a subscription, or the one answer of anything else. */
export function createEventStreams(options: EventStreamOptions) {
  const { operations, origins, stopped } = options;
  return async (
    request: IncomingMessage,
    { framing, payload, scope, onOperation }: StreamedRequest,
  ): Promise<StreamedResponse> => {
    const { headers } = request;
    if (!isOriginAllowed(headers, origins))
      throw refusal(403, 'FORBIDDEN', 'This origin may not open streams.');
    if (stopped.aborted) throw refusal(503, 'UPSTREAM_UNAVAILABLE', 'The gateway is stopping.');
    if (!isDataObject(payload)) throw refusal(400, 'BAD_USER_INPUT', 'No operation.');
    const client = clientNameOf(headers);
    const { protocol } = framing;
    const answer = await operations.open({ payload, scope, client, protocol, onOperation });
    const { authorization } = headers;
    const stream: HttpResponse['stream'] = (target) =>
      isLive(answer)
        ? writeLive(target, { answers: answer, framing, scope, authorization }, options)
        : target.write(framing.start + framing.next(answer) + framing.end);
    return {
      errors: isLive(answer) ? undefined : answer.errors,
      response: {
        status: 200,
        headers: {
          'content-type': framing.contentType,
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        },
        body: '',
        stream,
      },
    };
  };
}

export type StreamEvents = ReturnType<typeof createEventStreams>;
