import type { ServerResponse } from 'node:http';
import { type HttpResponse, sendStream } from '@studymate/runtime';

type Headers = Readonly<Record<string, string>>;

/** The headers of an answer, with those that every answer has where it does not say otherwise. */
export function headersOf({ headers }: HttpResponse, defaults: Headers): Headers {
  if (defaults.vary && headers?.vary)
    return { ...defaults, ...headers, vary: `${defaults.vary}, ${headers.vary}` };
  return { ...defaults, ...headers };
}

/** Sends an answer by a response of Node's. */
export function sendResponse(response: ServerResponse, answer: HttpResponse, defaults: Headers): void {
  if (response.headersSent || response.destroyed) return;
  const { body, status, stream } = answer;
  const length = Buffer.byteLength(body);
  // A body that was not read to its end leaves the connection unusable; a stream that ends late would hold up `stop`.
  const isLast = status === 413 || status === 415 || stream !== undefined;
  response.writeHead(status, {
    ...headersOf(answer, defaults),
    ...(stream ? {} : { 'content-length': length }),
    ...(isLast ? { connection: 'close' } : {}),
  });
  if (stream) sendStream(response, stream).catch(() => response.destroy());
  // As many bytes as characters: all are ASCII, and go out in one write as they are.
  else response.end(body, typeof body === 'string' && length === body.length ? 'latin1' : 'utf8');
}
