import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { HttpResponse } from '@studymate/runtime';
import { readBody } from '../plugins/read-body.ts';
import { type GatewayRoutes, serveHttp } from './http.ts';

const waiting: ((answer: HttpResponse) => void)[] = [];

const routes: GatewayRoutes = new Map<string, (request: IncomingMessage) => Promise<HttpResponse>>([
  [
    'POST /echo',
    async (request) => {
      const body = await readBody(request, 100_000);
      const { method, url, headers, socket } = request;
      const told = { method, url, name: headers['x-name'], from: socket.remoteAddress, body: `${body}` };
      return { status: 200, headers: { vary: 'accept' }, body: JSON.stringify(told) };
    },
  ],
  ['POST /later', () => new Promise((resolve) => waiting.push(resolve))],
  ['POST /fails', () => Promise.reject(new Error('told to'))],
  [
    'POST /stream',
    async () => ({
      status: 200,
      body: '',
      stream: async ({ write }) => {
        for (const part of ['one ', 'two ', 'three']) await write(part);
      },
    }),
  ],
]);

const serve = () =>
  serveHttp({
    port: 0,
    host: '127.0.0.1',
    door: {
      stop: () => null,
      headersFor: () => ({ 'cache-control': 'no-store', vary: 'origin' }),
      refuse: ({ status, message }) => ({ status, body: message }),
    },
    routes,
    onError: (error) => ({ status: 500, body: String(error) }),
    upgrades: new Map(),
  });

const server = await serve();
afterAll(() => server.stop());

const post = (path: string, body = '{}', ...lines: string[]) =>
  [
    `POST ${path} HTTP/1.1`,
    'host: gateway',
    `content-length: ${Buffer.byteLength(body)}`,
    ...lines,
    '',
    body,
  ].join('\r\n');

/** A connection, and all that was heard on it so far. */
function open({ port } = server) {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => {
    heard += data;
  });
  const hear = async (pattern: RegExp) => {
    while (!pattern.test(heard)) await once(socket, 'data');
    return heard;
  };
  const bodies = () => [...heard.matchAll(/"body":"(\w*)"/g)].map(([, body]) => body);
  return { socket, hear, bodies, heard: () => heard };
}

const withoutDate = (text: string) => text.replace(/date: [^\r]+\r\n/i, '').toLowerCase();

describe('a connection', () => {
  it('answers one request after the other, whoever reads them', async () => {
    const { socket, hear, bodies } = open();
    socket.write(post('/echo', 'first'));
    await hear(/first/);
    socket.write(post('/echo', 'second'));
    await hear(/second/);
    // From here on Node's parser reads.
    socket.write(post('/echo', 'third', 'te: trailers'));
    await hear(/third/);
    socket.write(post('/echo', 'fourth'));
    await hear(/fourth/);
    expect(bodies()).toEqual(['first', 'second', 'third', 'fourth']);
    socket.destroy();
  });

  it('answers alike, whoever reads the request', async () => {
    const [direct, byNode] = await Promise.all(
      ['x-other: trailers', 'te: trailers'].map(async (line) => {
        const { socket, hear } = open();
        socket.write(post('/echo?a=b', 'Zoë 🎓', 'X-Name: Zo\u00eb', line), 'utf8');
        const heard = await hear(/\}$/);
        socket.destroy();
        return heard;
      }),
    );
    const linesOf = (text = '') => {
      const [head = '', body] = text.split('\r\n\r\n');
      return [withoutDate(head).split('\r\n').toSorted(), body];
    };
    expect(linesOf(direct)).toEqual(linesOf(byNode));
    expect(direct).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*vary: origin, accept\r\n/);
  });

  it.each([1, 7, 40])('reads a request that arrives in pieces of %i bytes', async (size) => {
    const { socket, hear } = open();
    socket.setNoDelay(true);
    const text = post('/echo', 'in pieces');
    for (let start = 0; start < text.length; start += size) {
      socket.write(text.slice(start, start + size));
      await delay(1);
    }
    expect(await hear(/in pieces/)).toMatch(/^HTTP\/1\.1 200 OK/);
    socket.destroy();
  });

  it('answers in order what is sent without waiting', async () => {
    const { socket, hear, heard } = open();
    socket.write(post('/later'));
    while (waiting.length === 0) await delay(5);
    socket.write(post('/echo', 'behind'));
    await delay(50);
    expect(heard()).toBe('');
    waiting.pop()?.({ status: 200, body: 'before' });
    expect(await hear(/behind/)).toMatch(/before[\s\S]*behind/);
    const together = open();
    together.socket.write(post('/echo', 'a') + post('/echo', 'b') + post('/echo', 'c'));
    await together.hear(/"c"/);
    expect(together.bodies()).toEqual(['a', 'b', 'c']);
    for (const each of [socket, together.socket]) each.destroy();
  });

  it('carries a stream to its end, and ends with it', async () => {
    const { socket, heard } = open();
    socket.write(post('/stream'));
    await once(socket, 'close');
    expect(heard()).toMatch(/connection: close\r\n[\s\S]*one [\s\S]*two [\s\S]*three/i);
  });

  it('tells what went wrong and goes on', async () => {
    const { socket, hear } = open();
    socket.write(post('/fails'));
    await hear(/500 Internal Server Error[\s\S]*told to/);
    socket.write(post('/nowhere'));
    await hear(/404 Not Found/);
    socket.write(post('/echo', 'well'));
    await hear(/well/);
    socket.destroy();
  });

  it('gives an answer under way before the server stops, and no more', async () => {
    const stopping = await serve();
    const [idle, busy] = [open(stopping), open(stopping)];
    idle.socket.write(post('/echo', 'idle'));
    await idle.hear(/idle/);
    busy.socket.write(post('/later'));
    while (waiting.length === 0) await delay(5);
    const ended = once(idle.socket, 'close');
    const stopped = stopping.stop();
    await ended;
    waiting.pop()?.({ status: 200, body: 'last' });
    await once(busy.socket, 'close');
    expect(busy.heard()).toMatch(/connection: close\r\n\r\nlast$/);
    await stopped;
  });
});
