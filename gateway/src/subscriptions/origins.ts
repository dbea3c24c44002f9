import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of this origin may open a stream: the gateway's own, and those that are configured. What comes
 * without an origin comes from no page; it has to bring a token of its own like everyone.
 */
export function isOriginAllowed({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
