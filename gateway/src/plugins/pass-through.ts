import type { IncomingHttpHeaders } from 'node:http';
import { type HttpResponse, json, type Logger } from '@studymate/runtime';

const timeoutMs = 10_000;
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'host',
]);
const identity = /^x-studymate-|^x-request-id$|^content-length$|^accept-encoding$|^expect$/;

export interface PassedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
}

function headersFor({ headers, requestId }: PassedRequest): Record<string, string> {
  const passed: Record<string, string> = { 'x-request-id': requestId };
  for (const [name, value] of Object.entries(headers)) {
    if (hopByHop.has(name) || identity.test(name) || value === undefined) continue;
    passed[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return passed;
}

/** Hands a request on, byte for byte, and its answer back. Identity headers of ours are not let through. */
export async function passThrough(
  url: string | null,
  request: PassedRequest,
  logger: Logger,
): Promise<HttpResponse> {
  const { method, body, requestId } = request;
  try {
    if (url === null) throw new Error('The upstream is not known.');
    const response = await fetch(url, {
      method,
      headers: headersFor(request),
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const type = response.headers.get('content-type');
    return {
      status: response.status,
      headers: type === null ? {} : { 'content-type': type },
      body: Buffer.from(await response.arrayBuffer()),
    };
  } catch (error) {
    logger.warn({ request_id: requestId, reason: String(error) }, 'pass-through failed');
    const extensions = { code: 'UPSTREAM_UNAVAILABLE', requestId };
    return json(503, { errors: [{ message: 'The service is unavailable.', extensions }] });
  }
}
