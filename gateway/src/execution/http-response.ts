/** A response whole, its body still as it came. */
export interface HttpReply {
  readonly status: number;
  /** Status line and fields, as they came. */
  readonly text: string;
  readonly cacheControl: string | undefined;
  readonly body: Buffer;
  /** How long the connection may be idle and then be used again; 0: not at all. */
  readonly reusableMs: number;
}

/** What arrived is not an HTTP/1.1 response, or not one to be sure of. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

interface Head {
  readonly status: number;
  readonly text: string;
  readonly cacheControl: string | undefined;
  /** Bytes of the body, or how its end is found. */
  readonly framing: number | 'chunked' | 'close';
  readonly reusableMs: number;
}

const none: readonly string[] = [];
const maxHeadBytes = 16_384;
const maxLineBytes = 1_024;
const maxIdleMs = 60_000;
/** A server says after how many idle seconds it closes: by then this side must have let go already. */
const idleMarginMs = 1_000;

const endOfHead = Buffer.from('\r\n\r\n');
const endOfLine = Buffer.from('\r\n');

/** Status line and field lines (RFC 9112, 4 and 5): no folded lines, no control characters, no bare CR or LF. */
const wellFormed =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const fieldsOfUse = [
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'cache-control',
] as const;

type FieldOfUse = (typeof fieldsOfUse)[number];

/** By their length: most lines are none of them, and most of those have another length. */
const fieldsByLength = new Map<number, readonly FieldOfUse[]>(
  [...new Set(fieldsOfUse.map(({ length }) => length))].map((length) => [
    length,
    fieldsOfUse.filter((name) => name.length === length),
  ]),
);

type Fields = Partial<Record<FieldOfUse, string[]>>;

/** What a well-formed head says in the fields that count here; a name may stand in it more than once. */
function fieldsOf(text: string): Fields {
  const fields: Fields = {};
  for (let start = text.indexOf('\r\n'); start >= 0; ) {
    const next = text.indexOf('\r\n', start + 2);
    const colon = text.indexOf(':', start + 2);
    const candidates = fieldsByLength.get(colon - start - 2);
    if (candidates) {
      const name = text.slice(start + 2, colon).toLowerCase();
      const known = candidates.find((candidate) => candidate === name);
      const value = known && text.slice(colon + 1, next < 0 ? undefined : next).trim();
      if (known && value !== undefined) fields[known] = [...(fields[known] ?? none), value];
    }
    start = next;
  }
  return fields;
}

/** Two framings, or one unlike what is known, could be read two ways: none is trusted (RFC 9112, 6.3). */
function framingOf(lengths: readonly string[], encodings: readonly string[], limit: number): Head['framing'] {
  const [length] = lengths;
  if (encodings.length > 0) {
    if (length !== undefined || encodings.length > 1 || encodings[0]?.toLowerCase() !== 'chunked')
      throw new ProtocolError('The end of the body is ambiguous.');
    return 'chunked';
  }
  if (length === undefined) return 'close';
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length))
    throw new ProtocolError('The length of the body is ambiguous.');
  if (Number(length) > limit) throw new ProtocolError('The body is too long.');
  return Number(length);
}

function reusableFor(text: string, connection: string, keepAlive: string): number {
  if (text.startsWith('HTTP/1.0') || (connection !== '' && /\bclose\b/i.test(connection))) return 0;
  if (keepAlive === '') return maxIdleMs;
  const seconds = /\btimeout=(\d{1,6})/i.exec(keepAlive)?.[1];
  if (seconds === undefined) return maxIdleMs;
  return Math.max(0, Math.min(maxIdleMs, Number(seconds) * 1_000 - idleMarginMs));
}

function parseHead(text: string, limit: number): Head {
  if (!wellFormed.test(text)) throw new ProtocolError('The response is not HTTP/1.1.');
  const fields = fieldsOf(text);
  const joined = (name: FieldOfUse) => fields[name]?.join(', ') ?? '';
  if (!/^(?:identity)?$/i.test(joined('content-encoding')))
    throw new ProtocolError('The body has an encoding that was not asked for.');
  const framing = framingOf(fields['content-length'] ?? none, fields['transfer-encoding'] ?? none, limit);
  return {
    status: Number(text.slice(9, 12)),
    text,
    cacheControl: joined('cache-control') || undefined,
    framing,
    reusableMs: framing === 'close' ? 0 : reusableFor(text, joined('connection'), joined('keep-alive')),
  };
}

/** What is left of a chunked body: a size line, so many bytes of a chunk and its line's end, or trailer lines. */
type ChunkState = 'size' | 'data' | 'end of data' | 'trailer';

/**
 * Reads one response off a connection that carries one at a time (RFC 9112), and nothing that could be read in two
 * ways. Give every response a reader of its own.
 */
export class ResponseReader {
  readonly #limit: number;
  readonly #kept: Buffer[] = [];
  #size = 0;
  #held: Buffer | null = null;
  #head: Head | null = null;
  #chunkState: ChunkState = 'size';
  #chunkLeft = 0;

  /** `limit`: bytes of a body at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes what arrived; answers the reply once it is whole. The bytes are not kept: they may be those of the reply. */
  read(arrived: Buffer): HttpReply | null {
    let rest = arrived;
    while (!this.#head) {
      const data = this.#withHeld(rest);
      const end = data.indexOf(endOfHead);
      if (end > maxHeadBytes || (end < 0 && data.length > maxHeadBytes))
        throw new ProtocolError('The head is too long.');
      if (end < 0) {
        this.#held = Buffer.from(data);
        return null;
      }
      const head = parseHead(data.toString('latin1', 0, end), this.#limit);
      rest = data.subarray(end + endOfHead.length);
      if (head.status >= 200) this.#head = head;
      else if (head.status === 101) throw new ProtocolError('The protocol was switched.');
    }
    return this.#readBody(this.#head, rest);
  }

  /** The connection was closed: the reply when that is how it ends. */
  end(): HttpReply | null {
    return this.#head?.framing === 'close' ? this.#reply(this.#head) : null;
  }

  #readBody(head: Head, data: Buffer): HttpReply | null {
    if (head.framing === 'chunked') return this.#readChunks(head, data);
    if (head.framing === 'close') {
      this.#keep(data);
      return null;
    }
    if (this.#size + data.length > head.framing) throw new ProtocolError('More arrived than was announced.');
    if (this.#size === 0 && data.length === head.framing) return { ...head, body: data };
    this.#keep(data);
    return this.#size === head.framing ? this.#reply(head) : null;
  }

  #readChunks(head: Head, arrived: Buffer): HttpReply | null {
    let data = this.#withHeld(arrived);
    while (data.length > 0) {
      if (this.#chunkState === 'data') {
        const part = data.subarray(0, this.#chunkLeft);
        this.#keep(part);
        this.#chunkLeft -= part.length;
        data = data.subarray(part.length);
        if (this.#chunkLeft === 0) this.#chunkState = 'end of data';
        continue;
      }
      const end = data.indexOf(endOfLine);
      if (end > maxLineBytes || (end < 0 && data.length > maxLineBytes))
        throw new ProtocolError('A line of the body is too long.');
      if (end < 0) {
        this.#held = Buffer.from(data);
        return null;
      }
      const line = data.toString('latin1', 0, end);
      data = data.subarray(end + endOfLine.length);
      if (!this.#passLine(line)) continue;
      if (data.length > 0) throw new ProtocolError('More arrived than was announced.');
      return this.#reply(head);
    }
    return null;
  }

  /** Whether the line is the body's last. */
  #passLine(line: string): boolean {
    if (this.#chunkState === 'trailer') return line === '';
    if (this.#chunkState === 'end of data') {
      if (line !== '') throw new ProtocolError('A chunk is longer than was announced.');
      this.#chunkState = 'size';
      return false;
    }
    const size = /^([\da-f]{1,8})[ \t]*(?:;[^\r\n]*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new ProtocolError('A chunk has no length.');
    this.#chunkLeft = Number.parseInt(size, 16);
    this.#chunkState = this.#chunkLeft === 0 ? 'trailer' : 'data';
    return false;
  }

  #keep(data: Buffer): void {
    if (data.length === 0) return;
    this.#size += data.length;
    if (this.#size > this.#limit) throw new ProtocolError('The body is too long.');
    this.#kept.push(Buffer.from(data));
  }

  #withHeld(data: Buffer): Buffer {
    const held = this.#held;
    this.#held = null;
    return held ? Buffer.concat([held, data]) : data;
  }

  #reply(head: Head): HttpReply {
    const [only] = this.#kept;
    const body = this.#kept.length === 1 && only ? only : Buffer.concat(this.#kept);
    return { ...head, body };
  }
}
