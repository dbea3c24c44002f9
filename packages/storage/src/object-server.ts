import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createFsStore } from './fs-store.ts';
import { attachmentOf } from './object-store.ts';
import { type Grant, verifyUrl } from './signed-url.ts';
import { bodyPathOf, readRecords, WrongSize, writeVersion } from './version-files.ts';

export interface ObjectServerOptions {
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly secret: string;
  readonly now?: () => Date;
  readonly onError?: (error: unknown) => void;
}

export interface RunningObjectServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The URL is the credential and no cookie counts, so any origin may use it. */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, PUT',
  'access-control-allow-headers': 'content-type, if-none-match',
  'access-control-expose-headers': 'etag',
  'access-control-max-age': '86400',
};
/** What is served was uploaded by someone: it is saved, never rendered or run. */
const inert = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'private, max-age=0',
};

/**
 * Serves an fs store's presigned URLs over HTTP on loopback: PUT of exactly the granted type and size, GET and HEAD.
 * Anything unsigned, changed or expired is answered with 403.
 */
export async function startObjectServer(options: ObjectServerOptions): Promise<RunningObjectServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.onError?.(error);
      if (response.headersSent) response.destroy();
      else respond(response, 500, 'The object server failed.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function respond(
  response: ServerResponse,
  status: number,
  message = '',
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...crossOrigin,
    ...inert,
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
  response.end(message);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ObjectServerOptions,
): Promise<void> {
  if (request.url === '/health/') return respond(response, 200, 'ok');
  if (request.method === 'OPTIONS') return respond(response, 204);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method !== 'GET' && method !== 'PUT') return respond(response, 405, 'Use GET, HEAD or PUT.');
  const now = (options.now ?? (() => new Date()))();
  const grant = verifyUrl(request.url ?? '/', { method, secret: options.secret, now });
  if (!grant) return respond(response, 403, 'The URL is not signed for this request, or it has expired.');
  if (method === 'PUT') return receive(request, response, { grant, directory: options.directory });
  return serve(request, response, { grant, options });
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  { grant, directory }: { grant: Grant; directory: string },
): Promise<void> {
  const { key, contentType, byteSize } = grant;
  const announced = request.headers['content-length'];
  if (request.headers['content-type'] !== contentType) {
    return respond(response, 403, `The URL is signed for ${contentType}.`, { connection: 'close' });
  }
  if (announced !== undefined && Number(announced) !== byteSize) {
    return respond(response, 403, `The URL is signed for ${byteSize} bytes.`, { connection: 'close' });
  }
  const [newest] = await readRecords(directory, key);
  if (newest && !newest.isDeleted) {
    return respond(response, 412, 'Something has been uploaded there already.', { connection: 'close' });
  }
  try {
    const stored = await writeVersion(directory, { key, contentType }, { chunks: request, byteSize });
    respond(response, 200, '', { etag: `"${stored.sha256}"` });
  } catch (error) {
    if (!(error instanceof WrongSize)) throw error;
    respond(response, 403, `The URL is signed for ${byteSize} bytes.`, { connection: 'close' });
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { grant, options }: { grant: Grant; options: ObjectServerOptions },
): Promise<void> {
  const { directory, secret } = options;
  const stored = await createFsStore({ directory, secret, baseUrl: 'http://127.0.0.1' }).head(grant.key);
  if (!stored) return respond(response, 404, 'There is no such object.');
  response.writeHead(200, {
    ...crossOrigin,
    ...inert,
    'content-type': stored.contentType,
    'content-length': stored.byteSize,
    'content-disposition': attachmentOf(grant.fileName || (grant.key.split('/').at(-1) ?? 'file')),
    etag: `"${stored.sha256}"`,
    'last-modified': stored.storedAt.toUTCString(),
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(bodyPathOf(directory, grant.key, stored.version)), response);
}
