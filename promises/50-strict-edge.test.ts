import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { signInAs } from '../tests/end-to-end/people.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, isFull, joinRecordedHouse } from './recorded-house.ts';
import { percentile, sendBytes, sendOverWire, type WireRequest } from './wire.ts';

const own = 'https://app.studymate.example';
const house = await joinRecordedHouse();
const gateway = await startProductionGateway(house, { CORS_ORIGINS: own });
const token = await signInAs(house, 'LEARNER');

/** MiB of the gateway's memory. */
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1]) / 1024;

const plans = JSON.stringify({ query: '{ plans { code } }' });
const send = (request: Partial<WireRequest> = {}) =>
  sendOverWire(house.recorder, { url: gateway.graphql, body: plans, ...request });
const get = (search: string, headers: Record<string, string>, method = 'GET') =>
  fetch(`${gateway.graphql}?${search}`, { method, headers });

const foreign = [
  'https://evil.example',
  'null',
  `${own}.evil.example`,
  'https://evilapp.studymate.example',
  'https://app.studymate.example:444',
  'http://app.studymate.example',
  'https://app.studymate.example@evil.example',
  'http://localhost:3000',
];

describe('the edge in production', () => {
  it('says on every answer how it is to be treated', async () => {
    const answers = [await send(), await send({ url: `${gateway.url}/nowhere` }), await send({ body: '{' })];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 400]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.any(String),
      });
      expect(headers).not.toHaveProperty('set-cookie');
    }
  });

  it.each(foreign)('does nothing for pages of %s', async (origin) => {
    const preflight = {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    };
    for (const request of [{ headers: { origin } }, preflight]) {
      const { status, headers } = await send(request);
      expect(status).toBe(403);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('serves pages of the configured origin, without credentials', async () => {
    const preflight = await send({
      method: 'OPTIONS',
      body: '',
      headers: {
        origin: own,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    for (const { headers } of [preflight, await send({ headers: { origin: own } })]) {
      expect(headers['access-control-allow-origin']).toBe(own);
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('refuses what came without TLS, and redirects nobody', async () => {
    const plain = await send({ headers: { 'x-forwarded-proto': 'http' } });
    expect([plain.status, plain.headers.location]).toEqual([403, undefined]);
    expect((await send({ headers: { 'x-forwarded-proto': 'https' } })).status).toBe(200);
  });

  it('keeps time by its own clock, and has no sandbox', async () => {
    expect((await send({ headers: { 'x-test-clock': '2030-01-01T00:00:00Z' } })).status).toBe(400);
    expect((await fetch(`${gateway.url}/sandbox`)).status).toBe(404);
  });
});

describe('attack 18: what other sites can have a browser send', () => {
  const preflighted = { 'apollo-require-preflight': '1' };
  it.each([
    ['a GET without a header that asks first', 'query=%7Bplans%7Bcode%7D%7D', {}, 'GET', 400],
    ['a mutation by GET', 'query=mutation%7BsignOut%7B__typename%7D%7D', preflighted, 'GET', 405],
    [
      'a GET with an odd content type',
      'query=%7Bplans%7Bcode%7D%7D',
      { 'content-type': 'message/x' },
      'GET',
      415,
    ],
  ])('refuses %s', async (_name, search, headers, method, status) => {
    expect((await get(search, headers as Record<string, string>, method)).status).toBe(status);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses a POST as %s',
    async (type) => {
      const { status, body } = await send({ headers: { 'content-type': type } });
      expect([400, 415]).toContain(status);
      expect(JSON.parse(body)).not.toHaveProperty('data');
    },
  );
});

describe('attack 24: streams', () => {
  const query = 'subscription ($id: ID!) { attemptUpdated(id: $id) { id } }';
  const body = JSON.stringify({ query, variables: { id: newId('QuizAttempt') } });
  const accept = 'text/event-stream';
  const handshake = (headers: string) =>
    sendBytes(
      gateway.url,
      `GET /graphql HTTP/1.1\r\nhost: ${new URL(gateway.url).host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n${headers}\r\n`,
      8_000,
    );

  it.each(foreign)('are not opened for pages of %s, whoever is signed in there', async (origin) => {
    const { status } = await send({ body, headers: { accept, origin, authorization: `Bearer ${token}` } });
    expect(status).toBe(403);
    expect(await handshake(`origin: ${origin}\r\nauthorization: Bearer ${token}\r\n`)).toMatch(
      /^HTTP\/1\.1 403 /,
    );
  });

  it('tell nobody in particular nothing', async () => {
    const answer = await send({ body, headers: { accept } });
    expect(answer.body).toMatch(/UNAUTHENTICATED|NOT_FOUND|FORBIDDEN/);
    expect(answer.body).not.toContain('"data":{"');
  });

  it('are closed on who connects without an origin and never says who they are', async () => {
    const heard = await handshake('');
    expect(heard).toMatch(/^HTTP\/1\.1 101 /);
    // A close frame (RFC 6455 §5.5.1) with 4408: no connection_init came in time.
    expect(heard.slice(heard.indexOf('\r\n\r\n'))).toContain('Connection initialisation timeout');
  }, 30_000);
});

describe('attack 26 and 19: what is no decent HTTP', () => {
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`;
  const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';

  it.each([
    [
      'a length and chunks',
      `${head}content-length: ${plans.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'chunks and a length',
      `${head}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['two lengths', `${head}content-length: 5\r\ncontent-length: ${plans.length}\r\n\r\n${plans}${smuggled}`],
    ['an odd coding', `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a coding in disguise', `${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['bare line feeds', `${head.replaceAll('\r\n', '\n')}content-length: 0\n\n${smuggled}`],
    ['20,000 bytes of headers', `${head}x-long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('is refused once, with no second request behind it: %s', async (_name, bytes) => {
    const heard = await sendBytes(gateway.url, bytes);
    expect(heard).toMatch(/^HTTP\/1\.1 (400|431) /);
    expect(heard.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(heard).toMatch(/content-type: application\/json[\s\S]*"requestId":"[\w-]{36}"/);
  });

  it.each(['TRACE', 'PROPFIND', 'PURGE'])('has no use for %s', async (method) => {
    const { status, body } = await send({ method, body: '', headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(405);
    expect(body).not.toContain(token);
  });

  it('forgets a flood of automatic queries', async () => {
    // Each from another address behind the trusted proxy: no rate of one address stands in the way.
    const ask = async (number: number) => {
      const query = `query Flood${number} { plans { code field${number}: name } }`;
      const { status } = await send({
        body: JSON.stringify({
          query,
          extensions: {
            persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
          },
        }),
        headers: {
          'apollographql-client-name': 'studymate-client',
          'x-forwarded-for': `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
          'x-forwarded-proto': 'https',
        },
      });
      expect(status).toBe(200);
    };
    const flood = async (from: number, to: number) => {
      let next = from;
      const work = async () => {
        while (next < to) await ask(next++);
      };
      await Promise.all(Array.from({ length: 8 }, work));
    };
    const [warm, all] = isFull ? [5_000, 105_000] : [1_000, 3_500];
    await flood(0, warm);
    const before = memory();
    await flood(warm, all);
    expect(memory() - before).toBeLessThan(50);
  }, 900_000);

  it('does not unpack a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(isFull ? 1_000_000_000 : 200_000_000));
    const before = memory();
    for (const encoding of ['gzip', 'deflate', 'br', 'gzip, gzip', 'x-gzip']) {
      const answer = await send({ body: bomb, headers: { 'content-encoding': encoding } }).catch(() => null);
      if (answer) expect([413, 415]).toContain(answer.status);
    }
    expect(memory() - before).toBeLessThan(50);
    expect((await send()).status).toBe(200);
  }, 60_000);

  it('serves everybody else while many never finish what they say', async () => {
    // Slowly enough to stay within the rate of one who is not signed in.
    const [count, ms, pauseMs] = isFull ? [500, 60_000, 250] : [100, 4_000, 40];
    const timesDuring = async (forMs: number) => {
      const times: number[] = [];
      for (const end = performance.now() + forMs; performance.now() < end; await delay(pauseMs)) {
        const startedAt = performance.now();
        expect((await send()).status).toBe(200);
        times.push(performance.now() - startedAt);
      }
      return times;
    };
    const before = percentile(await timesDuring(ms / 4), 0.95);
    const slow = await Promise.all(Array.from({ length: count }, openSlowly));
    const dripping = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write('x-a: b\r\n');
    }, 1_000);
    try {
      const during = percentile(await timesDuring(ms), 0.95);
      // Twice, and what a busy machine adds by itself.
      expect(during).toBeLessThan(before * 2 + 50);
      if (isFull) expect(slow.filter(({ closed }) => !closed)).toEqual([]);
    } finally {
      clearInterval(dripping);
      for (const socket of slow) socket.destroy();
    }
  }, 120_000);

  async function openSlowly(): Promise<Socket> {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n');
    return socket;
  }
});

describeSilence(house);
