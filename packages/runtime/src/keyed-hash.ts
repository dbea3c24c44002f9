import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;
const innerPad = 0x36;
const outerPad = 0x5c;
/** Beyond this a text is hashed in a buffer of its own. */
const reusedBytes = 65_536;

const padded = (key: Buffer, pad: number): Buffer => Buffer.from(key.map((byte) => byte ^ pad));

/**
 * HMAC-SHA-256 (RFC 2104) with one key, of texts in UTF-8 or bytes. Node's own makes an object for each message, which
 * costs more than the hashing of a short one; this asks its hash function twice and keeps what depends on the key.
 */
export function createKeyedHash(secret: string): (message: string | Uint8Array, prefix?: string) => Buffer {
  const given = Buffer.from(secret);
  const key = Buffer.alloc(blockBytes);
  (given.length > blockBytes ? hash('sha256', given, 'buffer') : given).copy(key);
  const inner = Buffer.alloc(reusedBytes);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  padded(key, innerPad).copy(inner);
  padded(key, outerPad).copy(outer);

  const bufferFor = (bytes: number): Buffer => {
    if (blockBytes + bytes <= reusedBytes) return inner;
    const larger = Buffer.allocUnsafe(blockBytes + bytes);
    inner.copy(larger, 0, 0, blockBytes);
    return larger;
  };

  return (message, prefix = '') => {
    const isText = typeof message === 'string';
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    const most = prefix.length * 3 + (isText ? message.length * 3 : message.length);
    const buffer = bufferFor(most);
    const start = blockBytes + buffer.write(prefix, blockBytes);
    if (!isText) buffer.set(message, start);
    const end = start + (isText ? buffer.write(message, start) : message.length);
    hash('sha256', buffer.subarray(0, end), 'buffer').copy(outer, blockBytes);
    return hash('sha256', outer, 'buffer');
  };
}
