import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  connectObjectStore,
  createFsStore,
  newObjectKey,
  type ObjectStore,
  safeFileName,
  startObjectServer,
} from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'objects-'));
const secret = 'a secret of this test';
let now = new Date();
const server = await startObjectServer({ directory, port: 0, secret, now: () => now });
const fs = createFsStore({ directory, baseUrl: server.url, secret, now: () => now });

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

const s3Endpoint = process.env.S3_TEST_ENDPOINT;
if (!s3Endpoint)
  console.warn('S3_TEST_ENDPOINT is not set: the S3 driver is not held against the contract in this run.');
const stores: [string, ObjectStore][] = [['fs', fs]];
if (s3Endpoint) {
  const credentials = {
    S3_ACCESS_KEY_ID: process.env.S3_TEST_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY: process.env.S3_TEST_SECRET_ACCESS_KEY,
  };
  const bucket = process.env.S3_TEST_BUCKET ?? 'studymate-test';
  stores.push(['s3', connectObjectStore({ S3_ENDPOINT: s3Endpoint, S3_BUCKET: bucket, ...credentials })]);
}

const someKey = () => newObjectKey({ kind: 'document', ownerId: 'usr_1', fileName: '광합성 notes.md' });
const someText = '식물은 빛으로 산다.';
const sendTo = (request: { url: string; headers: Readonly<Record<string, string>> }, body: string) =>
  fetch(request.url, { method: 'PUT', headers: request.headers, body });

describe.each(stores)('object store on %s', (_driver, store) => {
  it('gives back what was put, with its type, size and checksum', async () => {
    const key = someKey();
    const stored = await store.put(key, someText, 'text/markdown');
    const found = await store.get(key);
    expect(found?.body.toString()).toBe(someText);
    expect(found).toMatchObject({ key, contentType: 'text/markdown', byteSize: 27, sha256: stored.sha256 });
    expect(await store.head(key)).toMatchObject({ key, byteSize: 27, version: stored.version });
  });

  it('answers null for what is not there', async () => {
    expect(await store.get(someKey())).toBeNull();
    expect(await store.head(someKey())).toBeNull();
    expect(await store.listVersions(someKey())).toEqual([]);
    await store.delete(someKey());
  });

  it('keeps nothing of what is erased', async () => {
    const key = someKey();
    const first = await store.put(key, someText, 'text/markdown');
    await store.put(key, 'another text', 'text/markdown');
    await store.delete(key);
    await store.erase(key);
    expect(await store.listVersions(key)).toEqual([]);
    expect(await store.get(key, first.version)).toBeNull();
    await store.erase(key);
  });

  it('keeps every version, also of what is deleted', async () => {
    const key = someKey();
    const first = await store.put(key, 'one', 'text/plain');
    const second = await store.put(key, 'two', 'text/plain');
    expect((await store.get(key))?.body.toString()).toBe('two');
    expect((await store.get(key, first.version))?.body.toString()).toBe('one');
    await store.delete(key);
    expect(await store.get(key)).toBeNull();
    expect(await store.head(key)).toBeNull();
    expect((await store.listVersions(key)).map(({ version }) => version)).toEqual([
      second.version,
      first.version,
    ]);
    expect((await store.get(key, first.version))?.body.toString()).toBe('one');
  });

  it('lists the keys of what is there, once each, and not of what is deleted', async () => {
    const [kept, deleted] = [someKey(), someKey()];
    for (const body of ['one', 'two']) await store.put(kept, body, 'text/plain');
    await store.put(deleted, 'one', 'text/plain');
    await store.delete(deleted);
    const keys: string[] = [];
    for await (const key of store.listKeys()) keys.push(key);
    expect(keys.filter((key) => key === kept)).toHaveLength(1);
    expect(keys).not.toContain(deleted);
  });

  it('takes a presigned upload of exactly the granted type and size, and nothing else', async () => {
    const key = someKey();
    const upload = await store.presignPut({ key, contentType: 'text/plain', byteSize: 5 });
    expect((await sendTo(upload, 'four')).status).toBe(403);
    expect((await sendTo(upload, 'sixsix')).status).toBe(403);
    expect((await sendTo({ ...upload, headers: { 'content-type': 'text/html' } }, 'fives')).status).toBe(403);
    expect(
      (
        await fetch(upload.url.replace('notes', 'other'), {
          method: 'PUT',
          body: 'fives',
          headers: upload.headers,
        })
      ).status,
    ).toBe(403);
    expect((await fetch(upload.url)).status).toBe(403);
    expect(await store.head(key)).toBeNull();

    expect((await sendTo(upload, 'fives')).status).toBe(200);
    expect(await store.get(key)).toMatchObject({ contentType: 'text/plain', byteSize: 5 });

    expect((await sendTo(upload, 'again')).status).toBe(412);
    expect((await store.get(key))?.body.toString()).toBe('fives');
    expect(await store.listVersions(key)).toHaveLength(1);
  });

  it('serves a presigned download as an attachment of the given name', async () => {
    const key = someKey();
    await store.put(key, '<script>alert(1)</script>', 'text/html');
    const answer = await fetch((await store.presignGet(key, '요약 (1).html')).url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<script>alert(1)</script>');
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''%EC%9A%94%EC%95%BD%20%281%29.html",
    );
  });
});

describe('object server', () => {
  it('refuses a URL that has expired or carries no signature', async () => {
    const key = someKey();
    await fs.put(key, 'short lived', 'text/plain');
    const { url, expiresAt } = await fs.presignGet(key);
    expect(expiresAt.getTime() - now.getTime()).toBe(15 * 60 * 1000);
    const before = now;
    now = new Date(expiresAt.getTime() + 1);
    expect((await fetch(url)).status).toBe(403);
    now = before;
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.split('?')[0] ?? '')).status).toBe(403);
    expect((await fetch(`${url}&signature=`)).status).toBe(200);
    expect((await fetch(url.replace(/signature=./, 'signature='))).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
  });

  it('lets a page of another origin upload, and never lets a browser render what was uploaded', async () => {
    const preflight = await fetch(`${server.url}/any`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    const key = someKey();
    await fs.put(key, '<svg/>', 'image/svg+xml');
    const answer = await fetch((await fs.presignGet(key)).url, { method: 'HEAD' });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('content-length')).toBe('6');
  });

  it('notices a body that was changed on disk', async () => {
    const key = someKey();
    const other = createFsStore({ directory: join(directory, 'changed'), baseUrl: server.url, secret });
    await other.put(key, 'as written', 'text/plain');
    const path = readdirSync(join(directory, 'changed'), { recursive: true, encoding: 'utf8' });
    writeFileSync(
      join(directory, 'changed', path.find((name) => name.endsWith('.body')) ?? ''),
      'tampered!!',
    );
    await expect(other.get(key)).rejects.toThrow(/checksum/);
  });
});

describe('object keys', () => {
  it('cannot leave their folder and cannot be guessed', () => {
    const keys = Array.from({ length: 100 }, someKey);
    expect(new Set(keys).size).toBe(100);
    expect(keys[0]).toMatch(/^user-uploads\/documents\/usr_1\/[\w-]{22}\/광합성-notes\.md$/);
    expect(newObjectKey({ kind: 'summary' })).toMatch(/^ai-generated\/summaries\/[\w-]{22}\/summary\.json$/);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\note.txt', 'note.txt'],
    ['.bashrc', 'bashrc'],
    ['a\r\nb.txt', 'a-b.txt'],
    ['', 'file'],
    ['..', 'file'],
    [`${'x'.repeat(300)}.md`, `${'x'.repeat(97)}.md`],
  ])('make %j the file name %j', (given, expected) => {
    expect(safeFileName(given)).toBe(expected);
  });
});

describe('the S3 driver', () => {
  it('signs type and exact size into an upload, for 15 minutes, and adds no checksum of its own', async () => {
    const environment = {
      S3_ENDPOINT: 'http://127.0.0.1:9',
      S3_ACCESS_KEY_ID: 'key',
      S3_SECRET_ACCESS_KEY: 'secret',
    };
    const store = connectObjectStore({ ...environment, S3_BUCKET: 'bucket' });
    const upload = await store.presignPut({ key: 'a/b.txt', contentType: 'text/plain', byteSize: 5 });
    const url = new URL(upload.url);
    expect(url.pathname).toBe('/bucket/a/b.txt');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;if-none-match',
    );
    expect(upload.headers).toEqual({ 'content-type': 'text/plain', 'if-none-match': '*' });
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect([...url.searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
    expect(await store.isReachable()).toBe(false);
  });
});

describe('the choice of a store', () => {
  it('refuses an unusable environment in one readable error', () => {
    expect(() => connectObjectStore({ S3_ENDPOINT: 'not a url' })).toThrow(/S3_ENDPOINT/);
    expect(() => connectObjectStore({ NODE_ENV: 'production' })).toThrow(/S3_BUCKET/);
  });
});
