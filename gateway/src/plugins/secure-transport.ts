import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refuse.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/**
 * A refusal for what reached the trusted proxy in front without TLS. It is not sent on to https: a client that went
 * on would never learn that it gives its token to everybody on the way.
 */
export function refusePlainHttp(
  { headers, socket }: IncomingMessage,
  trustedProxies: TrustedProxies,
): Refusal | null {
  const forwarded = headers['x-forwarded-proto'];
  if (forwarded === undefined || !trustedProxies.has(socket.remoteAddress ?? '')) return null;
  const scheme = [forwarded].flat().join(',').split(',').at(-1)?.trim().toLowerCase();
  if (scheme === 'https' || scheme === 'wss') return null;
  return { status: 403, code: 'FORBIDDEN', message: 'Use https.' };
}
