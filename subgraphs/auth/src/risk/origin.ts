import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** Where a request comes from, as far as limits and devices go. */
export interface Origin {
  /** IPv4 address or IPv6 /64, under which attempts are counted. */
  readonly network: string;
  /**
   * Network (IPv4 /24, IPv6 /64), its country and the kind of agent, hashed: the same for the same device at the same
   * place.
   */
  readonly deviceHash: string;
}

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address that came mapped into IPv6 as what it is. */
export const plainAddress = (address: string): string => mapped.exec(address)?.[1] ?? address;

/** The first four groups of an IPv6 address, written out. */
function prefix64(address: string): string {
  const [head = '', tail] = address.split('%', 1).join('').split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - last.length }, () => '0');
  return [...groups, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** The network an address counts for: IPv4 as it is, IPv6 by its /64 (one customer has as many as that). */
export function networkOf(ipAddress: string | null): string {
  if (ipAddress === null) return 'unknown';
  const address = plainAddress(ipAddress);
  return isIPv6(address) ? `${prefix64(address)}::/64` : address;
}

/** The agent without its versions: a browser that has updated itself is the browser it was. */
export const agentKindOf = (userAgent: string | null): string => (userAgent ?? '').replace(/\d[\d._]*/g, '');

export interface Sender {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** Where the address is; null where nobody knows. */
  readonly country: string | null;
}

export function originOf({ ipAddress, userAgent, country }: Sender, hashKey: string): Origin {
  const network = networkOf(ipAddress);
  const place = network.replace(/\.\d+$/, '.0/24');
  const deviceHash = createHmac('sha256', hashKey)
    .update(`device|${place}|${country ?? ''}|${agentKindOf(userAgent)}`)
    .digest('base64url');
  return { network, deviceHash };
}
