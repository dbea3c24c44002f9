import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSubgraphClient, type SubgraphClient } from './subgraph-client.ts';

const toStop: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

async function clientOf(server: Server, connections = 4): Promise<SubgraphClient> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  toStop.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/graphql?a=b`;
  const client = createSubgraphClient({ service: 'books', url, connections, responseLimit: 1_000_000 });
  toStop.push(() => client.close());
  return client;
}

const serve = (listener: RequestListener, connections?: number) =>
  clientOf(createServer(listener), connections);

/** Whatever is sent on a connection, these bytes are the answer. */
const answering = (onConnection: (socket: Socket, number: number) => void) => {
  let number = 0;
  return clientOf(
    createRawServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket, ++number);
    }),
  );
};

const textOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('a subgraph client', () => {
  it('posts body and headers byte for byte, and reads the answer', async () => {
    const client = await serve(async (request, response) => {
      const { method, url, headers } = request;
      const data = {
        method,
        url,
        name: headers['x-name'],
        type: headers['content-type'],
        body: await textOf(request),
      };
      response.end(JSON.stringify({ data }));
    });
    const headers = { 'content-type': 'application/json', 'x-name': 'Zoë' };
    for (const body of ['{"query":"{ a }"}', '{"query":"{ 한국어 🎓 }"}', `"${'é'.repeat(200_000)}"`]) {
      expect(await client.post(body, headers, 2_000)).toEqual({
        data: { method: 'POST', url: '/graphql?a=b', name: 'Zoë', type: 'application/json', body },
      });
    }
  });

  it('keeps no more connections than allowed, and uses them again', async () => {
    const sockets = new Set<unknown>();
    let underWay = 0;
    let most = 0;
    const client = await serve((request, response) => {
      sockets.add(request.socket);
      most = Math.max(most, ++underWay);
      request.resume().on('end', () =>
        setTimeout(() => {
          underWay -= 1;
          response.end('{"data":{}}');
        }, 5),
      );
    }, 3);
    await Promise.all(Array.from({ length: 30 }, () => client.post('{}', {}, 5_000)));
    expect([most, sockets.size]).toEqual([3, 3]);
  });

  it('gives up after the time it was given, also while it waits for a connection', async () => {
    const client = await serve((request) => request.resume(), 1);
    const posts = [client.post('{}', {}, 100), client.post('{}', {}, 100)];
    for (const result of await Promise.allSettled(posts)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'timeout', service: 'books' } });
    }
  });

  it('uses no connection again on which somebody still waits for an answer', async () => {
    const client = await answering((socket, number) => {
      socket.on('data', () => {
        const answer = `{"data":{"connection":${number}}}`;
        const reply = `HTTP/1.1 200 OK\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`;
        setTimeout(() => socket.write(reply), number === 1 ? 300 : 0);
      });
    });
    await expect(client.post('{}', {}, 50)).rejects.toMatchObject({ reason: 'timeout' });
    expect(await client.post('{}', {}, 2_000)).toEqual({ data: { connection: 2 } });
  });

  it('takes nothing that was sent before it was asked for', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{"data":{"mine":"true"}}';
    const client = await answering((socket, number) => {
      socket.once('data', () => {
        socket.write(answer.replace('true', 'good'));
        if (number === 1) setTimeout(() => socket.write(answer.replace('true', 'evil')), 20);
      });
    });
    expect(await client.post('{}', {}, 2_000)).toEqual({ data: { mine: 'good' } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await client.post('{}', {}, 2_000)).toEqual({ data: { mine: 'good' } });
  });

  it.each([
    ['what is not JSON', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n<>'],
    ['neither data nor errors', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'],
    ['errors with status 500', 'HTTP/1.1 500 Oh\r\ncontent-length: 13\r\n\r\n{"errors":[]}'],
    ['what is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
  ])('takes %s for a bad answer', async (_what, reply) => {
    const client = await answering((socket) => socket.on('data', () => socket.write(reply)));
    await expect(client.post('{}', {}, 2_000)).rejects.toMatchObject({ reason: 'bad answer' });
  });

  it('tells of connections that are refused or cut', async () => {
    const cut = await answering((socket) => socket.on('data', () => socket.destroy()));
    await expect(cut.post('{}', {}, 2_000)).rejects.toMatchObject({ reason: 'refused' });
    const url = 'http://127.0.0.1:1/graphql';
    const nobody = createSubgraphClient({ service: 'books', url, connections: 1, responseLimit: 10 });
    await expect(nobody.post('{}', {}, 2_000)).rejects.toMatchObject({ reason: 'refused' });
  });

  it('sends no header that would begin another', async () => {
    const client = await serve((request, response) =>
      request.resume().on('end', () => response.end('{"data":{}}')),
    );
    await expect(client.post('{}', { 'x-a': '1\r\nx-b: 2' }, 2_000)).rejects.toThrow(TypeError);
  });

  it('says itself where a request ends', async () => {
    const client = await serve(async (request, response) => {
      response.end(JSON.stringify({ data: { body: await textOf(request), host: request.headers.host } }));
    });
    const handedOn = {
      'content-length': '1',
      'transfer-encoding': 'chunked',
      host: 'elsewhere',
      expect: 'x',
    };
    const answer = await client.post('{"query":"{ a }"}', handedOn, 2_000);
    expect(answer.data).toMatchObject({ body: '{"query":"{ a }"}' });
    expect(answer.data).not.toMatchObject({ host: 'elsewhere' });
  });

  it('closes once what is under way is answered', async () => {
    const client = await serve((request, response) => {
      request.resume().on('end', () => setTimeout(() => response.end('{"data":{}}'), 50));
    });
    const answer = client.post('{}', {}, 2_000);
    await Promise.all([client.close(), expect(answer).resolves.toEqual({ data: {} })]);
  });
});
