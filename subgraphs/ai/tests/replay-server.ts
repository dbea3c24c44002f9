import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll } from '@jest/globals';

/** What a stand-in for a vendor's API answers to one request. */
export type Reply =
  | {
      readonly kind: 'JSON';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Record<string, string>;
    }
  /** Server-sent events, in the vendor's own framing. */
  | { readonly kind: 'EVENTS'; readonly frames: readonly string[] }
  /** Some events, and then the connection is destroyed. */
  | { readonly kind: 'CUT'; readonly frames: readonly string[] }
  /** Accepts the request and says nothing. */
  | { readonly kind: 'HANG' };

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: the vendors' bodies are asserted on field by field
  readonly body: any;
  /** Settles when the connection has gone. */
  readonly closed: Promise<void>;
}

/** A loopback server that plays back recorded or scripted answers, one per request; the last one repeats. */
export async function startReplayServer() {
  let script: Reply[] = [];
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
    const body = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    seen.push({ path: request.url ?? '', headers: request.headers, body, closed });
    const reply = script.length > 1 ? script.shift() : script[0];
    if (reply) await answer(response, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The replay server has no port.');

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    play: (...replies: Reply[]) => {
      script = replies;
      seen.length = 0;
    },
  };
}

export type ReplayServer = Awaited<ReturnType<typeof startReplayServer>>;

async function answer(response: ServerResponse, reply: Reply): Promise<void> {
  if (reply.kind === 'HANG') return;
  if (reply.kind === 'JSON') {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const frame of reply.frames) response.write(frame);
  if (reply.kind === 'EVENTS') {
    response.end();
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  response.destroy();
}

const withEventName = (data: string): string =>
  `event: ${/"type":"([^"]+)"/.exec(data)?.[1]}\ndata: ${data}\n\n`;

/** Recorded events, one JSON document a line, in each vendor's framing. */
export const framings = {
  openai: (lines: readonly string[]) => lines.map(withEventName),
  anthropic: (lines: readonly string[]) => lines.map(withEventName),
  chat: (lines: readonly string[]) => [...lines.map((line) => `data: ${line}\n\n`), 'data: [DONE]\n\n'],
};

/** A whole answer of each vendor that carries `text`. */
export const answering = {
  openai: (text: string): Reply => ({
    kind: 'EVENTS',
    frames: framings.openai([
      JSON.stringify({ type: 'response.output_text.delta', delta: text }),
      JSON.stringify({
        type: 'response.completed',
        response: {
          usage: {
            input_tokens: 1_000,
            input_tokens_details: { cached_tokens: 200 },
            output_tokens: 300,
            output_tokens_details: { reasoning_tokens: 50 },
          },
        },
      }),
    ]),
  }),
  anthropic: (text: string): Reply => ({
    kind: 'EVENTS',
    frames: framings.anthropic([
      JSON.stringify({ type: 'message_start', message: { usage: { input_tokens: 900, output_tokens: 1 } } }),
      JSON.stringify({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
      JSON.stringify({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn' },
        usage: { output_tokens: 250 },
      }),
      JSON.stringify({ type: 'message_stop' }),
    ]),
  }),
  together: (text: string): Reply => ({
    kind: 'EVENTS',
    frames: framings.chat([
      JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }),
      JSON.stringify({
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
        usage: { prompt_tokens: 800, completion_tokens: 200, total_tokens: 1_000 },
      }),
    ]),
  }),
};
