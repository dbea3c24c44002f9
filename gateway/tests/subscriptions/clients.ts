import { type Client, createClient } from 'graphql-ws';
import { type ClientOptions, WebSocket } from 'ws';

export const wsUrl = (url: string): string => url.replace('http:', 'ws:');

/** A graphql-ws client of its own connection. */
export function connectClient(
  url: string,
  connectionParams: Record<string, unknown>,
  onClosed: (event: { code: number }) => void = () => undefined,
): Client {
  return createClient({
    url: wsUrl(url),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
    on: { closed: (event) => onClosed(event as { code: number }) },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
type AnyData = any;

export const follow = (client: Client, query: string, variables = {}) =>
  client.iterate<AnyData>({ query, variables });

/** A socket of the protocol without a client: what it was sent, and how it was closed. */
export async function openSocket(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(wsUrl(url), 'graphql-transport-ws', options);
  const received: { id?: string; type: string; payload?: unknown }[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.on('open', resolve));
  const until = async (isThere: (message: (typeof received)[number]) => boolean) => {
    while (!received.some(isThere)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { socket, received, closed, until, send: (message: object) => socket.send(JSON.stringify(message)) };
}

/** How the gateway answers a request for a WebSocket: 101, or another status with its headers. */
export function askForSocket(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; retryAfter: string | undefined; leave(): void }>((resolve) => {
    const socket = new WebSocket(wsUrl(url), 'graphql-transport-ws', { headers });
    const leave = () => socket.terminate();
    socket.on('error', () => undefined);
    socket.on('open', () => resolve({ status: 101, retryAfter: undefined, leave }));
    socket.on('unexpected-response', (_request, { statusCode = 0, headers: given }) =>
      resolve({ status: statusCode, retryAfter: given['retry-after'], leave }),
    );
  });
}

/** Follows an operation over HTTP; answers the text as it comes. */
export async function openStream(
  url: string,
  body: object,
  headers: Record<string, string>,
): Promise<{
  status: number;
  until(text: string): Promise<string>;
  rest(): Promise<string>;
  leave(): Promise<void>;
}> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      text += value;
    }
    return text;
  };
  return {
    status: response.status,
    until: (wanted) => read(() => text.includes(wanted)),
    rest: () => read(() => false),
    leave: async () => reader?.cancel(),
  };
}
