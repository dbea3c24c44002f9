import { isIPv4 } from 'node:net';

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
 * Who is calling: the peer of the connection, or, when that is a trusted proxy, the right-most address of
 * X-Forwarded-For that is not one. No other header is believed.
 */
export function clientAddressOf(
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
  trustedProxies: readonly string[],
): string {
  const address = plain(peer ?? '');
  if (!trustedProxies.includes(address) || forwardedFor === undefined) return address;
  const chain = [forwardedFor].flat().join(',').split(',').map(withoutPort);
  return chain.toReversed().find((entry) => entry !== '' && !trustedProxies.includes(entry)) ?? address;
}
