import type { IncomingHttpHeaders } from 'node:http';

/** A request that arrived whole, read without Node's parser. */
export interface DirectRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes that arrived, of which they are a part. */
  readonly body: Buffer;
}

const endOfHead = Buffer.from('\r\n\r\n');
const maxHeadBytes = 8_192;
const maxNames = 300;

/** Request line and field lines (RFC 9112, 3 and 5): no folded lines, no control characters, no bare CR or LF. */
const wellFormed = /^POST (\/[\x21-\x7e]*) HTTP\/1\.1((?:\r\n[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*)+)$/;
const length = /^\d{1,7}$/;

/** What frames or carries a message otherwise than by its length: that is for Node's parser to judge. */
const notDirect = new Set([
  'content-encoding',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names as senders write them, which are few, in small letters. */
const names = new Map<string, string>();

function nameOf(written: string): string {
  const known = names.get(written);
  if (known !== undefined) return known;
  const name = written.toLowerCase();
  if (names.size < maxNames) names.set(written, name);
  return name;
}

/** The fields of a well-formed head; null when one stands twice, or one is not for here. */
function fieldsOf(lines: string): IncomingHttpHeaders | null {
  const fields: IncomingHttpHeaders = Object.create(null);
  for (let start = 2; start > 1; ) {
    const next = lines.indexOf('\r\n', start);
    const colon = lines.indexOf(':', start);
    const name = nameOf(lines.slice(start, colon));
    if (name in fields || notDirect.has(name)) return null;
    fields[name] = lines.slice(colon + 1, next < 0 ? lines.length : next).trim();
    start = next + 2;
  }
  return fields;
}

/**
 * Reads a POST of HTTP/1.1 that arrived whole and alone, has a length, and could be read in one way only. Null for
 * anything else, which is no fault: Node's parser judges it.
 */
export function readDirectRequest(arrived: Buffer): DirectRequest | null {
  const end = arrived.indexOf(endOfHead);
  if (end < 0 || end > maxHeadBytes) return null;
  const [, url, lines] = wellFormed.exec(arrived.toString('latin1', 0, end)) ?? [];
  const headers = lines === undefined ? null : fieldsOf(lines);
  if (url === undefined || !headers?.host) return null;
  const { connection, 'content-length': bytes = '' } = headers;
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return null;
  const start = end + endOfHead.length;
  if (!length.test(bytes) || arrived.length - start !== Number(bytes)) return null;
  return { url, headers, body: arrived.subarray(start) };
}
