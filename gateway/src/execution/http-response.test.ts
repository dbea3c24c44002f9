import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HttpReply, ProtocolError, ResponseReader } from './http-response.ts';

const limit = 1_000;

/** The reply to what arrives in the parts, copied since its body is only lent. */
function readParts(parts: readonly string[]): HttpReply | null {
  const reader = new ResponseReader(limit);
  let reply: HttpReply | null = null;
  for (const part of parts) {
    const read = reader.read(Buffer.from(part, 'latin1'));
    if (read) reply = { ...read, body: Buffer.from(read.body) };
  }
  return reply;
}

const bodyOf = (reply: HttpReply | null) => reply?.body.toString('latin1');

const withLength =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"data":null}';
const chunked =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6;note=x\r\n{"data\r\n7\r\n":null}\r\n0\r\nx-trailer: 1\r\n\r\n';
const afterEarlyHints = `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${withLength}`;

describe('a response', () => {
  it.each([
    ['has a length', withLength],
    ['comes in chunks', chunked],
    ['comes after early hints', afterEarlyHints],
  ])('that %s is read however it arrives', (_what, text) => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const ends = [...new Set([0, ...cuts, text.length])].toSorted((one, other) => one - other);
        const parts = ends.slice(1).map((end, index) => text.slice(ends[index], end));
        expect(bodyOf(readParts(parts))).toBe('{"data":null}');
      }),
    );
  });

  it('without a length ends with its connection, and only then', () => {
    const reader = new ResponseReader(limit);
    expect(reader.read(Buffer.from('HTTP/1.0 200 OK\r\n\r\n{"data":'))).toBeNull();
    expect(reader.read(Buffer.from('null}'))).toBeNull();
    const reply = reader.end();
    expect([bodyOf(reply), reply?.reusableMs]).toEqual(['{"data":null}', 0]);
  });

  it('that is cut off is none', () => {
    const reader = new ResponseReader(limit);
    reader.read(Buffer.from(withLength.slice(0, -1)));
    expect(reader.end()).toBeNull();
  });

  it.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['an encoding beside chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n'],
    ['a length beyond the limit', `HTTP/1.1 200 OK\r\ncontent-length: ${limit + 1}\r\n\r\n`],
    [
      'chunks beyond the limit',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n400\r\n'.padEnd(1_200, 'x'),
    ],
    ['no end within the limit', 'HTTP/1.1 200 OK\r\n\r\n'.padEnd(1_200, 'x')],
    ['a body in gzip', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\n'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nx-a: 1\r\n b: 2\r\n\r\n'],
    ['a blank before a colon', 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\n'],
    ['a bare line feed in its head', 'HTTP/1.1 200 OK\ncontent-length: 5\r\n\r\n'],
    ['another protocol', 'HTTP/2 200 OK\r\n\r\n'],
    ['an endless head', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`],
    ['more than was announced', `${withLength}!`],
    ['another response behind it', `${withLength}${withLength}`],
    ['more behind its last chunk', `${chunked}!`],
    ['a chunk without a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}\r\n'],
    ['a chunk longer than announced', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('with %s is refused', (_what, text) => {
    expect(() => readParts([text])).toThrow(ProtocolError);
  });

  it.each([
    ['for a minute when the server says nothing', '', 60_000],
    ['until shortly before the server closes', 'keep-alive: timeout=5\r\n', 4_000],
    ['not at all when the server is about to close', 'connection: close\r\n', 0],
  ])('leaves its connection usable %s', (_what, line, reusableMs) => {
    const reply = readParts([`HTTP/1.1 200 OK\r\n${line}content-length: 2\r\n\r\n{}`]);
    expect(reply?.reusableMs).toBe(reusableMs);
  });
});
