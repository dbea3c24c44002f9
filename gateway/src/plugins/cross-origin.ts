import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { isOriginAllowed } from '../subscriptions/origins.ts';
import type { Refusal } from './refuse.ts';

const isOrigin = (text: string): boolean =>
  text === '*' || (/^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text);

const originSchema = z.string().refine(isOrigin, 'must be an origin, such as https://app.example.com');

export const crossOriginSchema = z.strictObject({
  /** Web origins whose pages may ask, beside the gateway's own; `*` for every one. */
  origins: z.array(originSchema).default([]),
  /** How long browsers remember what they were told. */
  maxAgeSeconds: z.int().positive().default(7_200),
});

export type CrossOriginRules = z.output<typeof crossOriginSchema>;

const methods = 'GET, POST, PUT, PATCH, DELETE';
const exposed = [
  'x-request-id',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'etag',
].join(', ');
const headerNames = /^[\w\-, ]{1,1000}$/;

export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** A refusal for a page of an origin that may not ask, before anything is done for it. */
export function refuseOrigin({ headers }: IncomingMessage, rules: CrossOriginRules): Refusal | null {
  if (isOriginAllowed(headers, rules.origins)) return null;
  return { status: 403, code: 'FORBIDDEN', message: 'Pages of this origin may not ask.' };
}

/**
 * What a browser is told (CORS, Fetch standard §3.2) for a page that may ask. Credentials are never shared: who is
 * asking is known by a token, and there are no cookies.
 */
export function crossOriginHeaders(
  request: IncomingMessage,
  { origins, maxAgeSeconds }: CrossOriginRules,
): Record<string, string> {
  const { origin, 'access-control-request-headers': asked = '' } = request.headers;
  if (origin === undefined || !isOriginAllowed(request.headers, origins)) return { vary: 'origin' };
  const allowed = {
    vary: 'origin',
    'access-control-allow-origin': origins.includes('*') ? '*' : origin,
    'access-control-expose-headers': exposed,
  };
  if (!isPreflight(request)) return allowed;
  return {
    ...allowed,
    'access-control-allow-methods': methods,
    ...(headerNames.test(asked) ? { 'access-control-allow-headers': asked } : {}),
    'access-control-max-age': String(maxAgeSeconds),
  };
}
