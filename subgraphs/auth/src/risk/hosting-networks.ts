import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { gunzipSync } from 'node:zlib';

const numberOf = (address: string): number =>
  address.split('.').reduce((total, part) => total * 256 + Number(part), 0);

/**
 * Whether an IPv4 address belongs to a network that rents out machines rather than connects people. The ranges come
 * from scripts/hosting-networks.ts: each line is the gap since the range before and the length, in base 36.
 */
export function readHostingNetworks(): (address: string) => boolean {
  const text = gunzipSync(readFileSync(new URL('hosting-networks.txt.gz', import.meta.url))).toString('utf8');
  const lines = text.trim().split('\n');
  const starts = new Uint32Array(lines.length);
  const ends = new Uint32Array(lines.length);
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const [gap = '', length = ''] = line.split(' ');
    starts[index] = at + Number.parseInt(gap, 36);
    at = (starts[index] ?? 0) + Number.parseInt(length, 36);
    ends[index] = at;
  }
  return (address) => {
    if (!isIPv4(address)) return false;
    const wanted = numberOf(address);
    let low = 0;
    let high = starts.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (wanted < (starts[middle] ?? 0)) high = middle - 1;
      else if (wanted > (ends[middle] ?? 0)) low = middle + 1;
      else return true;
    }
    return false;
  };
}
