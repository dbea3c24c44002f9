import { createHmac, timingSafeEqual } from 'node:crypto';
import { presignedLifetimeMs } from './object-store.ts';

/** What a signed URL of the embedded object server lets its holder do. */
export interface Grant {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly expiresAt: Date;
  readonly contentType: string;
  readonly byteSize: number;
  readonly fileName: string;
}

const parameterNames = {
  expiresAt: 'expires',
  contentType: 'type',
  byteSize: 'size',
  fileName: 'name',
} as const;

const signatureOf = (grant: Grant, secret: string): Buffer =>
  createHmac('sha256', secret)
    .update(
      JSON.stringify([
        grant.method,
        grant.key,
        grant.expiresAt.getTime(),
        grant.contentType,
        grant.byteSize,
        grant.fileName,
      ]),
    )
    .digest();

export const newExpiry = (now: Date) => new Date(now.getTime() + presignedLifetimeMs);

export function signUrl(baseUrl: string, grant: Grant, secret: string): string {
  const url = new URL(baseUrl);
  url.pathname = `/${grant.key.split('/').map(encodeURIComponent).join('/')}`;
  url.searchParams.set(parameterNames.expiresAt, `${grant.expiresAt.getTime()}`);
  if (grant.method === 'PUT') {
    url.searchParams.set(parameterNames.contentType, grant.contentType);
    url.searchParams.set(parameterNames.byteSize, `${grant.byteSize}`);
  }
  if (grant.fileName) url.searchParams.set(parameterNames.fileName, grant.fileName);
  url.searchParams.set('signature', signatureOf(grant, secret).toString('base64url'));
  return url.toString();
}

/** The grant of a request target, or null when it is forged, changed, of another method, or over. */
export function verifyUrl(
  target: string,
  { method, secret, now }: { method: 'GET' | 'PUT'; secret: string; now: Date },
): Grant | null {
  const url = new URL(target, 'http://object.server');
  const read = (name: string) => url.searchParams.get(name) ?? '';
  const grant: Grant = {
    method,
    key: decodeKey(url.pathname),
    expiresAt: new Date(Number(read(parameterNames.expiresAt))),
    contentType: read(parameterNames.contentType),
    byteSize: Number(read(parameterNames.byteSize)),
    fileName: read(parameterNames.fileName),
  };
  const given = Buffer.from(read('signature'), 'base64url');
  const expected = signatureOf(grant, secret);
  const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
  return isGenuine && grant.expiresAt > now ? grant : null;
}

function decodeKey(path: string): string {
  try {
    return path.slice(1).split('/').map(decodeURIComponent).join('/');
  } catch {
    return '';
  }
}
