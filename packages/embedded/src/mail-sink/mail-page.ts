import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Mailbox } from './mailbox.ts';

const page = readFileSync(join(import.meta.dirname, 'mail-page.html'));
const pagePolicy =
  "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-src 'self'";
/** A mail's HTML runs no script and reaches no origin; its links open in a new tab. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The page over a mailbox, and its JSON face: `GET /api/mails?to=`, `GET /api/mails/<id>`, `DELETE /api/mails`. */
export function createMailPage(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    answer(request, response, mailbox).catch(() => {
      if (!response.headersSent) send(response, 500, 'text/plain', 'The mail page failed.');
    });
  });
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  policy = pagePolicy,
) {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}

async function answer(request: IncomingMessage, response: ServerResponse, mailbox: Mailbox): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mail.page');
  const sendJson = (status: number, body: unknown) =>
    send(response, status, 'application/json', JSON.stringify(body, null, 2));
  if (request.method === 'DELETE' && url.pathname === '/api/mails') {
    await mailbox.clear();
    return sendJson(200, { deleted: true });
  }
  if (request.method !== 'GET') return sendJson(405, { error: 'Use GET, or DELETE /api/mails.' });
  if (url.pathname === '/') return send(response, 200, 'text/html', page);
  if (url.pathname === '/health/') return sendJson(200, { status: 'ok' });
  if (url.pathname === '/api/mails')
    return sendJson(200, mailbox.list(url.searchParams.get('to') ?? undefined));

  const [, folder, id] = /^\/(api\/mails|html)\/([\w-]+)$/.exec(url.pathname) ?? [];
  const mail = id === undefined ? undefined : mailbox.find(id);
  if (!mail) return sendJson(404, { error: 'There is no such mail.' });
  if (folder === 'html')
    return send(response, 200, 'text/html', `<base target="_blank">${mail.html}`, mailPolicy);
  return sendJson(200, mail);
}
