import { isIP, isIPv4 } from 'node:net';
import type { TrustedProxies } from './trusted-proxies.ts';

const plain = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address.trim());
  return mapped?.[1] ?? address.trim();
};

/** Removes a port and brackets: `1.2.3.4:80`, `[::1]:80`. */
const withoutPort = (entry: string): string => {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(entry.trim());
  if (bracketed?.[1]) return plain(bracketed[1]);
  const [host = '', ...rest] = entry.trim().split(':');
  return rest.length === 1 && isIPv4(host) ? host : plain(entry);
};

/**
 * Who is calling: the peer of the connection, or, when that is a trusted proxy, the right-most entry of
 * X-Forwarded-For that is not one. What is no address there, and any other header, is not believed.
 */
export function clientAddressOf(
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
  trustedProxies: TrustedProxies,
): string {
  const address = plain(peer ?? '');
  if (forwardedFor === undefined || !trustedProxies.has(address)) return address;
  const chain = [forwardedFor].flat().join(',').split(',').map(withoutPort);
  const client = chain.toReversed().find((entry) => entry !== '' && !trustedProxies.has(entry));
  return client !== undefined && isIP(client) !== 0 ? client : address;
}
