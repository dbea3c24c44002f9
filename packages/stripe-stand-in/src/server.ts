import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from './account.ts';
import { createId } from './account.ts';
import { answerApi } from './api.ts';
import { parseForm } from './form.ts';
import { answerPage } from './pages/index.ts';
import type { Webhooks } from './webhooks.ts';

const maxBodyBytes = 1_000_000;

export interface Serving {
  readonly account: Account;
  readonly webhooks: Webhooks;
  save(): Promise<void>;
}

/** Answers one HTTP request: `/v1/…` as the API, everything else as a page. Never rejects. */
export async function handleRequest(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    const { pathname, search } = new URL(request.url ?? '/', serving.account.url);
    const method = request.method ?? 'GET';
    if (pathname.startsWith('/v1/')) {
      await sendApi(serving, response, {
        method,
        path: pathname,
        query: search,
        headers: request.headers,
        body,
      });
    } else {
      await sendPage(serving, response, { method, path: pathname, fields: parseForm(body), query: search });
    }
  } catch (error) {
    process.stderr.write(`stripe stand-in: ${error instanceof Error ? error.stack : String(error)}\n`);
    const message = 'The stand-in failed on this request.';
    send(response, 500, JSON.stringify({ error: { type: 'api_error', message } }), {
      'request-id': createId('req', 14),
    });
  }
}

async function sendApi(
  { account, webhooks, save }: Serving,
  response: ServerResponse,
  request: Parameters<typeof answerApi>[1],
): Promise<void> {
  const answer = answerApi(account, request);
  if (request.method !== 'GET') await save();
  send(response, answer.status, answer.body, {
    'request-id': createId('req', 14),
    ...(answer.replayed ? { 'idempotent-replayed': 'true' } : {}),
  });
  webhooks.wake();
}

async function sendPage(
  { account, webhooks, save }: Serving,
  response: ServerResponse,
  request: Parameters<typeof answerPage>[1],
): Promise<void> {
  const page = answerPage({ account, resend: webhooks.resend }, request);
  if (request.method !== 'GET') await save();
  const headers = page.location ? { location: page.location } : {};
  send(response, page.status, page.html, { ...headers, 'content-type': 'text/html; charset=utf-8' });
  webhooks.wake();
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string>): void {
  if (response.headersSent) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes) throw new Error('The request body is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
