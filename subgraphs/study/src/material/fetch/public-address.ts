import ipaddr from 'ipaddr.js';

/** Whether anybody on the internet could reach the address: nothing private, local, shared, mapped, tunnelled or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.parse(address).range() === 'unicast';
}
