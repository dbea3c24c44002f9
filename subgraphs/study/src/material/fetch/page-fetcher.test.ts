import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createPageFetcher } from './page-fetcher.ts';
import { isPublicAddress } from './public-address.ts';

const asked: string[] = [];
const answers: Record<string, RequestListener> = {
  '/page': (_request, response) =>
    response.setHeader('content-type', 'Text/HTML; charset="utf-8"').end('<p>Hello'),
  '/moved': (_request, response) => response.writeHead(302, { location: '/page' }).end(),
  '/inside': (_request, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/round': (_request, response) => response.writeHead(307, { location: '/round' }).end(),
  '/missing': (_request, response) => response.writeHead(404).end(),
  '/packed': (_request, response) => response.setHeader('content-encoding', 'gzip').end('x'),
  '/large': (_request, response) => {
    const send = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024))) {}
    };
    response.on('drain', send);
    send();
  },
  '/silent': () => undefined,
};
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  answers[request.url ?? '']?.(request, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const base = `http://pages.example:${port}`;
/** Lets through this one server, as if it were on the open web under a name of its own. */
const fetchPage = createPageFetcher({
  resolve: async (host) => (host === 'pages.example' ? ['127.0.0.1'] : []),
  permits: (address, to) => address === '127.0.0.1' && to === port,
  timeoutMs: 3_000,
});

describe('fetching a page', () => {
  it('answers what a permitted server serves, redirects followed', async () => {
    for (const path of ['/page', '/moved']) {
      const page = await fetchPage(base + path);
      expect({ ...page, body: Buffer.from(page.body).toString() }).toEqual({
        contentType: 'text/html',
        charset: 'utf-8',
        body: '<p>Hello',
      });
    }
  });

  it.each([
    ['/inside', 'not on the open web'],
    ['/file', 'no http or https URL'],
    ['/round', 'leads on and on'],
    ['/missing', 'status 404'],
    ['/packed', 'compressed'],
    ['/large', 'too large'],
    ['/silent', 'cannot be fetched'],
  ])('refuses %s: %s', async (path, reason) => {
    await expect(fetchPage(base + path)).rejects.toThrow(reason);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://localhost/',
    'http://93.184.215.14:22/',
    'http://93.184.215.14:6379/',
    'https://user@93.184.215.14/',
    'ftp://93.184.215.14/',
    'gopher://93.184.215.14/',
    'file:///etc/passwd',
    'no url',
  ])('refuses %s as it comes', async (url) => {
    const closed = createPageFetcher({ timeoutMs: 2_000 });
    await expect(closed(url)).rejects.toThrow(/open web|http or https/);
  });

  it('refuses a name of which any address is inside', async () => {
    const mixed = createPageFetcher({ resolve: async () => ['93.184.215.14', '10.0.0.1'] });
    await expect(mixed('http://mixed.example/')).rejects.toThrow('not on the open web');
    const unknown = createPageFetcher({ resolve: async () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(unknown('http://unknown.example/')).rejects.toThrow('cannot be found');
  });

  it('connects to the addresses that it checked, though the name means another one by then', async () => {
    let lookUps = 0;
    const rebound = createPageFetcher({
      // First the permitted server, at every later look the one that nobody may see.
      resolve: async () => {
        lookUps += 1;
        return [lookUps === 1 ? '127.0.0.1' : '127.0.0.2'];
      },
      permits: (address, to) => address === '127.0.0.1' && to === port,
    });
    expect((await rebound(`http://rebinding.example:${port}/page`)).contentType).toBe('text/html');
    expect(lookUps).toBe(1);
    const before = asked.length;
    await expect(rebound(`http://rebinding.example:${port}/page`)).rejects.toThrow('not on the open web');
    expect(asked).toHaveLength(before);
  });
});

describe('an address', () => {
  it('is public when anybody could reach it', () => {
    expect(['93.184.215.14', '8.8.8.8', '2606:4700::1111'].map(isPublicAddress)).toEqual([true, true, true]);
    expect(['', 'example.org', '10.0.0.1', '::1', '::ffff:8.8.8.8'].map(isPublicAddress)).toEqual(
      Array.from({ length: 5 }, () => false),
    );
  });
});
