import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { type Attack, asking, attack, expectRefused, printTimings, target } from './target.ts';

printTimings();

const echo = 'query ($text: String, $data: JSON) { echo(text: $text, data: $data) }';
const padded = (bytes: number): string => {
  const body = JSON.stringify({ query: '{ me { id } }', padding: '' });
  return body.replace('""', `"${'x'.repeat(bytes - body.length)}"`);
};
const raw = (variables: string): Attack => ({
  body: `{"query":${JSON.stringify(echo)},"variables":${variables}}`,
});

describe('a body', () => {
  it('of exactly the limit is read, of one byte more is not', async () => {
    expect(await attack('1,000,000 bytes', { body: padded(1_000_000) })).toMatchObject({ status: 200 });
    expectRefused(await attack('1,000,001 bytes', { body: padded(1_000_001) }), 413, 'BAD_USER_INPUT');
  });

  it('of 60 MB is refused by what it says of itself, before it is sent', async () => {
    const { port } = new URL(target.url);
    const status = await new Promise((resolve, reject) => {
      const sending = request({
        port,
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', 'content-length': 60_000_000 },
      });
      sending.on('response', (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.write('{"query":"');
    });
    expect(status).toBe(413);
  });

  it.each<[string, number, Attack]>([
    ['gzipped', 415, { body: gzipSync(padded(1_000)), headers: { 'content-encoding': 'gzip' } }],
    ['in UTF-7', 415, { body: padded(100), headers: { 'content-type': 'application/json; charset=utf-7' } }],
    [
      'in UTF-16',
      415,
      {
        body: Buffer.from(padded(100), 'utf16le'),
        headers: { 'content-type': 'application/json; charset=utf-16' },
      },
    ],
    ['in UTF-16, unsaid', 400, { body: Buffer.from(padded(100), 'utf16le') }],
    ['that is no UTF-8', 400, { body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) }],
    ['that is cut off', 400, { body: '{"query":"{ me { id } }"' }],
    ['of 100,000 brackets', 400, { body: '['.repeat(100_000) }],
    ['of arrays 100,000 deep', 400, raw(`{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['of objects 20,000 deep', 400, raw(`{"data":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)],
    ['that is empty', 400, { body: '' }],
  ])('%s is refused in JSON', async (name, status, given) => {
    expectRefused(await attack(name, given), status, 'BAD_USER_INPUT');
  });
});

describe('names of the prototype', () => {
  const clean = () => {
    const own: Record<string, unknown> = {};
    expect([own.polluted, Object.keys(Object.prototype)]).toEqual([undefined, []]);
  };

  it.each<[string, Attack]>([
    ['as aliases', asking('{ __proto__: me { id } constructor: me { name } toString: me { id } }')],
    ['as variables', raw('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')],
    ['within a scalar', raw('{"data":{"__proto__":{"polluted":1},"a":{"constructor":{"polluted":1}}}}')],
    ['as the whole request', { body: '{"__proto__":{"query":"{ me { id } }"},"query":"{ me { id } }"}' }],
  ])('%s change nothing', async (name, given) => {
    const { status, isJson } = await attack(name, given);
    expect([200, 400]).toContain(status);
    expect(isJson).toBe(true);
    clean();
  });

  it('come back as the keys they are', async () => {
    const { text } = await attack('aliases', asking('{ __proto__: me { id } constructor: me { name } }'));
    const { data } = JSON.parse(text) as { data: object };
    expect(Object.entries(data)).toEqual([
      ['__proto__', { id: '1' }],
      ['constructor', { name: 'Ada' }],
    ]);
  });
});

describe('text', () => {
  it.each<[string, Attack]>([
    ['U+0000 in a variable', raw('{"text":"a\\u0000b"}')],
    ['U+0000 in a name', raw('{"data":{"a\\u0000":1}}')],
    ['U+0000 in the operation', asking('{ echo(text: "a\\u0000b") }')],
    ['half a surrogate pair', raw('{"text":"\\ud800"}')],
    ['halves in the wrong order', raw('{"text":"\\udc00\\ud800"}')],
    ['half a pair within a scalar', raw('{"data":[["\\udfff"]]}')],
    ['half a pair in the operation', asking('{ echo(text: "\\ud800") }')],
  ])('that no database can hold is refused: %s', async (name, given) => {
    const outcome = await attack(name, given);
    expect(outcome).toMatchObject({ status: 400, isJson: true, fetches: 0 });
  });

  it.each(['\u202eright to left', 'family \u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{10ffff}', '한국어'])(
    'of any other kind is kept: %j',
    async (text) => {
      const outcome = await attack('text', asking(echo, { variables: { text } }));
      expect(JSON.parse(outcome.text)).toEqual({ data: { echo: text } });
    },
  );

  it('of 1 MB does not fit', async () => {
    const given = asking(echo, { variables: { text: 'x'.repeat(1_000_000) } });
    expectRefused(await attack('1 MB string', given), 413, 'BAD_USER_INPUT');
  });
});

describe('automatic persisted queries', () => {
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const kept = (query: string | undefined, sha256Hash: string): Attack => ({
    body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
  });
  const textOf = (index: number) => `{ me { id } } # ${index}`;

  it.each([hashOf('{ me { name } }'), 'abc', '', 'x'.repeat(1_000)])(
    'are refused under another hash: %s',
    async (hash) => {
      expectRefused(await attack('wrong hash', kept('{ me { id } }', hash)), 400, 'BAD_USER_INPUT');
    },
  );

  it('are kept up to a number, the oldest goes', async () => {
    for (let index = 0; index < 300; index++) {
      const text = textOf(index);
      expect((await attack('one of many', kept(text, hashOf(text)))).status).toBe(200);
    }
    const again = (index: number) => attack('again', kept(undefined, hashOf(textOf(index))));
    expect((await again(299)).codes).toEqual([]);
    expect((await again(0)).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  }, 60_000);
});

it('nothing of this has harmed the gateway', async () => {
  expect((await target.ask('{ me { id } }')).data).toEqual({ me: { id: '1' } });
});
