import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { arrivedBodyOf } from '../edge/arrived-bodies.ts';
import { createBoundedCache } from '../execution/bounded-cache.ts';

/** An answer in place of one to the operation. */
export const refusal = (status: number, code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status } } });

/** The body as it came. Rejects with a 413 beyond the limit, and stops reading there. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const arrived = arrivedBodyOf(request);
  if (arrived && arrived.length <= limit) return Promise.resolve(arrived);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = () => {
      request.pause();
      reject(refusal(413, 'BAD_USER_INPUT', `The body is larger than ${limit} bytes.`));
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      tooLarge();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) tooLarge();
      else chunks.push(chunk);
    });
    request.on('error', reject);
    request.on('aborted', () => reject(refusal(400, 'BAD_USER_INPUT', 'The request was cut off.')));
    request.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
    });
  });
}

interface MediaType {
  readonly type: string;
  readonly charset: string;
}

const mediaTypes = createBoundedCache<MediaType>(50);

function mediaTypeOf(contentType: string): MediaType {
  const known = mediaTypes.get(contentType);
  if (known) return known;
  const read = readMediaType(contentType);
  mediaTypes.set(contentType, read);
  return read;
}

function readMediaType(contentType: string): MediaType {
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return { type, charset: (charset ?? 'utf-8').replaceAll('"', '') };
}

export const isJson = ({ headers }: IncomingMessage): boolean =>
  mediaTypeOf(headers['content-type'] ?? '').type === 'application/json';

/** Refuses a POST that is not plain JSON in UTF-8 (415): forms and texts are what other sites can send. */
export function requireJson({ headers }: IncomingMessage): void {
  const { type, charset } = mediaTypeOf(headers['content-type'] ?? '');
  const encoding = headers['content-encoding'] ?? 'identity';
  if (type !== 'application/json' || (charset !== 'utf-8' && charset !== 'utf8') || encoding !== 'identity') {
    throw refusal(415, 'BAD_USER_INPUT', 'Send application/json in UTF-8.');
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

const maxNesting = 500;

/** Whether brackets nest deeper than anybody means; what comes later may follow them one call for each. */
function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [mark = ''] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (mark === '[' || mark === '{') depth += 1;
    else if (mark === ']' || mark === '}') depth -= 1;
    if (depth > maxNesting) return true;
  }
  return false;
}

/** The value of a JSON text. Throws a 400 when it is none, or nests deeper than 500 brackets. */
export function parseJson(body: Buffer): unknown {
  try {
    const text = decoder.decode(body);
    if (body.length <= 2 * maxNesting || !nestsTooDeeply(text)) return JSON.parse(text);
  } catch {
    // Answered below.
  }
  throw refusal(400, 'BAD_USER_INPUT', 'Invalid JSON in the body.');
}
