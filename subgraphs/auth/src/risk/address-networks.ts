import { BlockList, isIP } from 'node:net';

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Adds an address or a subnet (`203.0.113.0/24`). Throws for anything else. */
export function addNetwork(list: BlockList, network: string): void {
  const [address = '', prefix, ...rest] = network.trim().split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  const length = prefix === undefined ? longest : Number(prefix);
  const isNetwork = isIP(address) !== 0 && rest.length === 0 && Number.isInteger(length) && length >= 0;
  if (!isNetwork || length > longest) throw new Error(`${network} is neither an address nor a subnet.`);
  list.addSubnet(address, length, familyOf(address));
}

export const holds = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, familyOf(address));

/** Addresses and subnets, one a line; what follows `#` is a remark. */
export function parseNetworks(text: string): BlockList {
  const list = new BlockList();
  for (const line of text.split('\n')) {
    const network = line.replace(/#.*/, '').trim();
    if (network !== '') addNetwork(list, network);
  }
  return list;
}
