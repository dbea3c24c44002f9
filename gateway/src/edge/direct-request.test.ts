import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDirectRequest } from './direct-request.ts';

const body = '{"query":"{ a }"}';
const request = (...lines: string[]) =>
  ['POST /graphql?a=b HTTP/1.1', 'Host: gateway', ...lines, '', body].join('\r\n');
const sized = request(`Content-Length: ${body.length}`);
const read = (text: string) => readDirectRequest(Buffer.from(text, 'latin1'));

describe('a request that is read directly', () => {
  it('has its target, its fields in small letters, and its body byte for byte', () => {
    const direct = read(request('X-Name:  Zo\u00eb\t', `content-length:${body.length}`, '__proto__: x'));
    expect(direct?.url).toBe('/graphql?a=b');
    expect({ ...direct?.headers }).toEqual({
      host: 'gateway',
      'x-name': 'Zo\u00eb',
      'content-length': `${body.length}`,
      ['__proto__']: 'x',
    });
    expect(direct?.body.toString()).toBe(body);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('is one only when it arrived whole', () => {
    for (let end = 0; end < sized.length; end++) expect(read(sized.slice(0, end))).toBeNull();
    expect(read(sized)).not.toBeNull();
  });

  it.each([
    ['with another behind it', `${sized}${sized}`],
    ['with a byte too many', `${sized} `],
    ['without a length', request()],
    ['with two lengths', request(`content-length: ${body.length}`, `Content-Length: ${body.length}`)],
    ['with a length and chunks', request(`content-length: ${body.length}`, 'transfer-encoding: chunked')],
    ['with a length that is no number', request(`content-length: +${body.length}`)],
    ['with an encoded body', request(`content-length: ${body.length}`, 'content-encoding: gzip')],
    [
      'that waits to be asked for its body',
      request(`content-length: ${body.length}`, 'expect: 100-continue'),
    ],
    ['that would change protocols', request(`content-length: ${body.length}`, 'upgrade: h2c')],
    ['that closes', request(`content-length: ${body.length}`, 'connection: close')],
    ['whose field is hop by hop', request(`content-length: ${body.length}`, 'connection: x-name')],
    ['with a field twice', request(`content-length: ${body.length}`, 'x-a: 1', 'X-A: 2')],
    ['with a folded field', request(`content-length: ${body.length}`, 'x-a: 1', ' 2')],
    ['with a blank before a colon', request(`content-length : ${body.length}`)],
    ['with a control character', request(`content-length: ${body.length}`, 'x-a: \u0001')],
    ['with bare line feeds', sized.replaceAll('\r\n', '\n')],
    ['with a bare carriage return', request(`content-length: ${body.length}`, 'x-a: 1\rx-b: 2')],
    ['without a host', sized.replace('Host', 'X-Host')],
    ['of HTTP/1.0', sized.replace('HTTP/1.1', 'HTTP/1.0')],
    ['for a whole URL', sized.replace('/graphql', 'http://gateway/graphql')],
    ['that is no POST', sized.replace('POST', 'GET')],
    ['with a long head', request(`content-length: ${body.length}`, `x-a: ${'x'.repeat(8_192)}`)],
  ])('is none %s', (_what, text) => {
    expect(read(text)).toBeNull();
  });

  it('is never made of anything but what it says', () => {
    const noise = fc.string({ unit: fc.constantFrom('\r', '\n', ':', ' ', '\t', 'a', '\0', '\x7f', '-') });
    fc.assert(
      fc.property(noise, fc.nat(sized.length), (inserted, at) => {
        const text = sized.slice(0, at) + inserted + sized.slice(at);
        const direct = read(text);
        if (!direct) return;
        const [head = '', ...rest] = text.split('\r\n\r\n');
        expect(rest.join('\r\n\r\n')).toBe(direct.body.toString('latin1'));
        expect(Number(direct.headers['content-length'])).toBe(direct.body.length);
        expect(Object.keys(direct.headers)).toHaveLength(head.split('\r\n').length - 1);
      }),
      { numRuns: 2_000 },
    );
  });
});
