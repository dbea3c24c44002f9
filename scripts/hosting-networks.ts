import { createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';

/**
 * Autonomous systems of companies that rent out machines: Amazon, Google, Microsoft, Oracle, IBM, Alibaba, Tencent,
 * Huawei, OVH, Hetzner, DigitalOcean, Vultr, Linode, Contabo, Leaseweb, Scaleway, M247, Datacamp, IONOS and others.
 */
const hosting = new Set(
  '16509 14618 8987 396982 15169 394089 8075 8070 3598 31898 36351 37963 45102 134963 45090 132203 133478 136907 55990 16276 24940 213230 14061 20473 63949 51167 40021 60781 395954 30633 28753 12876 29447 9009 212238 8560 47583 203020 36352 33070 19994 26496 40065 30058 7979 53667 62567 197540 42708 49981 202053'.split(
    ' ',
  ),
);

const target = new URL('../subgraphs/auth/src/risk/hosting-networks.txt.gz', import.meta.url);

/** Reads rows `first,last,number,"name"` in order of addresses; neighbouring ranges become one. */
async function readRanges(path: string): Promise<[number, number][]> {
  const ranges: [number, number][] = [];
  for await (const row of createInterface(createReadStream(path))) {
    const [first = '', last = '', number = ''] = row.split(',', 3);
    if (!hosting.has(number)) continue;
    const before = ranges.at(-1);
    if (before && Number(first) <= before[1] + 1) before[1] = Math.max(before[1], Number(last));
    else ranges.push([Number(first), Number(last)]);
  }
  return ranges;
}

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error(
    'Usage: node scripts/hosting-networks.ts asn-ipv4-num.csv   (of the package @ip-location-db/asn)',
  );
  process.exit(1);
}
const ranges = await readRanges(path);
let at = 0;
const lines = ranges.map(([first, last]) => {
  const line = `${(first - at).toString(36)} ${(last - first).toString(36)}`;
  at = last;
  return line;
});
writeFileSync(target, gzipSync(lines.join('\n'), { level: 9 }));
console.info(`${ranges.length} ranges written.`);
