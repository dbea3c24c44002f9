import { GraphQLError } from 'graphql';
import type { GatewayFile } from '../config-schema.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import type { Allowance } from '../limits/rate-window.ts';

/** IPv6 callers hold at least a /64 each: it counts as one address. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const full = address.includes('::') ? [...groups, '0', '0', '0', '0'] : groups;
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

const headersOf = ({ limit, remaining, resetSeconds }: Allowance): Record<string, string> => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(remaining),
  'ratelimit-reset': String(resetSeconds),
});

/** Answers the headers that tell a caller what is left to it. Throws RATE_LIMITED (429) when nothing is. */
export type HoldToRate = (scope: RequestScope) => Promise<Record<string, string>>;

/** Holds signed-in callers to a rate each, and the others to one for their address. */
export function createRateLimits(rates: GatewayFile['rates'], limiter: RateLimiter): HoldToRate {
  if (rates === false) return async () => ({});
  return async ({ viewer, ipAddress }) => {
    const allowance = viewer
      ? await limiter.take(`viewer:${viewer.id}`, rates.viewer)
      : await limiter.take(`address:${networkOf(ipAddress)}`, rates.address);
    const headers = headersOf(allowance);
    if (allowance.isAllowed) return headers;
    const retryAfterSeconds = allowance.resetSeconds;
    throw new GraphQLError(`Too many requests. Try again in ${retryAfterSeconds} seconds.`, {
      extensions: {
        code: 'RATE_LIMITED',
        retryAfterSeconds,
        http: { status: 429, headers: { ...headers, 'retry-after': String(retryAfterSeconds) } },
      },
    });
  };
}
