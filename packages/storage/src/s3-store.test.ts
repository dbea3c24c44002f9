import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createS3Store } from './s3-store.ts';

let [asked, answer] = [0, (response: ServerResponse) => void response.end()];
const server = createServer((_request, response) => {
  asked += 1;
  answer(response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const someStore = () =>
  createS3Store({
    bucket: 'studymate',
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'someone', secretAccessKey: 'a secret of this test' },
  });

const answerWith = (status: number) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/xml' }).end();

describe('a store whose server', () => {
  beforeEach(() => {
    asked = 0;
  });

  it('keeps failing is left alone', async () => {
    answer = answerWith(503);
    const store = someStore();
    for (let time = 0; time < 5; time++) await expect(store.head('a')).rejects.toThrow();
    const before = asked;
    await expect(store.head('a')).rejects.toThrow('The object store cannot be reached');
    expect(asked).toBe(before);
  });

  it('has nothing, or refuses, is asked again', async () => {
    const store = someStore();
    answer = answerWith(404);
    for (let time = 0; time < 8; time++) expect(await store.head('a')).toBeNull();
    answer = answerWith(403);
    for (let time = 0; time < 8; time++) await expect(store.delete('a')).rejects.toThrow();
    expect(asked).toBe(16);
  });
});
