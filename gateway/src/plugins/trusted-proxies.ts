import { BlockList, isIP } from 'node:net';

/** The proxies whose word about a request is believed. */
export interface TrustedProxies {
  has(address: string): boolean;
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Reads addresses and subnets, separated by commas: `10.0.0.2, 10.1.0.0/16, fd00::/8`. Throws for anything else. */
export function parseTrustedProxies(list: string): TrustedProxies {
  const known = new BlockList();
  for (const entry of list.split(',').map((text) => text.trim())) {
    if (entry === '') continue;
    const [address = '', prefix, ...rest] = entry.split('/');
    const longest = isIP(address) === 6 ? 128 : 32;
    const length = prefix === undefined ? longest : Number(prefix);
    if (rest.length > 0 || isIP(address) === 0 || !/^\d+$/.test(prefix ?? '0') || length > longest) {
      throw new Error(`TRUSTED_PROXIES: ${entry} is neither an address nor a subnet.`);
    }
    known.addSubnet(address, length, familyOf(address));
  }
  return { has: (address) => isIP(address) !== 0 && known.check(address, familyOf(address)) };
}
