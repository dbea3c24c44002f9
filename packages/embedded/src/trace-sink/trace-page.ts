import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseExport } from './otlp.ts';
import type { TraceStore } from './trace-store.ts';

const page = readFileSync(join(import.meta.dirname, 'trace-page.html'));
const policy = "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
const largestExport = 20_000_000;

/**
 * Takes OTLP/JSON at `POST /v1/traces`, as a collector does, and shows it: the page at `/`, and its JSON face
 * `GET /api/traces?words=&minMs=`, `GET /api/traces/<id>`, `DELETE /api/traces`.
 */
export function createTracePage(store: TraceStore): Server {
  return createServer((request, response) => {
    answer(request, response, store).catch(() => {
      if (!response.headersSent) send(response, 500, 'text/plain', 'The trace page failed.');
    });
  });
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer) {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestExport) throw new Error('The export is too large.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  return JSON.parse(
    (isZipped ? gunzipSync(body, { maxOutputLength: largestExport }) : body).toString('utf8'),
  );
}

async function receive(request: IncomingMessage, response: ServerResponse, store: TraceStore): Promise<void> {
  try {
    store.add(parseExport(await readBody(request)));
  } catch {
    return send(response, 400, 'application/json', '{"message":"Send OTLP/JSON (http/json)."}');
  }
  send(response, 200, 'application/json', '{}');
}

async function answer(request: IncomingMessage, response: ServerResponse, store: TraceStore): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://trace.page');
  const sendJson = (status: number, body: unknown) =>
    send(response, status, 'application/json', JSON.stringify(body));
  if (request.method === 'POST' && url.pathname === '/v1/traces') return receive(request, response, store);
  if (request.method === 'DELETE' && url.pathname === '/api/traces') {
    store.clear();
    return sendJson(200, { deleted: true });
  }
  if (request.method !== 'GET') return sendJson(405, { error: 'Use GET, or DELETE /api/traces.' });
  if (url.pathname === '/') return send(response, 200, 'text/html', page);
  if (url.pathname === '/health/') return sendJson(200, { status: 'ok' });
  if (url.pathname === '/api/traces') {
    const { words = '', minMs = '0' } = Object.fromEntries(url.searchParams);
    return sendJson(200, store.list({ words, minMs: Number(minMs) || 0 }));
  }
  const [, id] = /^\/api\/traces\/([0-9a-f]{32})$/.exec(url.pathname) ?? [];
  const trace = id === undefined ? null : store.find(id);
  return trace ? sendJson(200, trace) : sendJson(404, { error: 'There is no such trace.' });
}
