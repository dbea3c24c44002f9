import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  readSecret,
  type StreamOrder,
  type StreamReport,
  signRequest,
  streamProtocol,
} from '@studymate/runtime';
import { someViewer } from '@studymate/testkit';
import { parse } from 'graphql';
import { WebSocket } from 'ws';
import { startSubgraph } from '../server.ts';
import { createTicks, type Ticks } from './ticks.ts';

const followed: Ticks[] = [];
let told = 0;
const schema = buildSubgraphSchema({
  typeDefs: parse('type Query { told: Int } type Subscription { told: Int }'),
  resolvers: {
    Subscription: {
      told: {
        subscribe: (() => {
          const ticks = createTicks({ detail: '0' }, () => followed.splice(followed.indexOf(ticks), 1));
          followed.push(ticks);
          return ticks;
        }) as never,
        resolve: () => {
          told += 1;
          return told;
        },
      },
    },
  },
});
const start = () =>
  startSubgraph({
    name: 'quiz',
    schema,
    port: 0,
    isReady: async () => true,
    createContext: (scope) => scope,
  });
const server = await start();
afterAll(() => server.stop());

const secret = readSecret('SUBGRAPH_SECRET');
const urlOf = ({ url }: { url: string }) => `${url.replace('http', 'ws')}/subscriptions`;
const url = urlOf(server);
const body = JSON.stringify({ query: 'subscription { told }' });
const signed = (text: string) => signRequest(secret, { viewer: someViewer(), requestId: 'r' }, text);

/** A gateway's connection: what it is told, in turn. */
async function connect(to = server) {
  const socket = new WebSocket(urlOf(to), streamProtocol, { headers: signed('') });
  const heard: StreamReport[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const until = async (isThere: () => boolean) => {
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { socket, heard, closed, until, say: (order: StreamOrder) => socket.send(JSON.stringify(order)) };
}

describe('a gateway’s connection', () => {
  it.each([
    ['no signature', {}],
    ['a signature over something else', signed('else')],
  ])('is refused with %s', async (_what, headers) => {
    const socket = new WebSocket(url, streamProtocol, { headers });
    const status = await new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
      socket.on('open', () => resolve(101));
    });
    expect(status).toBe(401);
  });

  it('opens no stream that is not signed itself', async () => {
    const { heard, say, until, socket } = await connect();
    say({ type: 'subscribe', id: 1, headers: signed(`${body} `), body });
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([
      { type: 'refused', id: 1, result: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } },
    ]);
    socket.terminate();
  });

  it('carries many streams, one event of each at a time, until they are left', async () => {
    const { heard, say, until, socket } = await connect();
    for (const id of [1, 2]) say({ type: 'subscribe', id, headers: signed(body), body });
    await until(() => heard.length === 4);
    expect(heard.map(({ type, id }) => `${type} ${id}`).toSorted()).toEqual([
      'next 1',
      'next 2',
      'opened 1',
      'opened 2',
    ]);

    const before = told;
    for (let change = 1; change <= 5; change++) for (const ticks of followed) ticks.push({ detail: 'same' });
    say({ type: 'more', id: 2 });
    await until(() => heard.length === 5);
    expect(heard.at(-1)).toMatchObject({ type: 'next', id: 2 });
    expect(told - before).toBe(1);

    say({ type: 'end', id: 1 });
    await until(() => followed.length === 1);
    socket.terminate();
    await until(() => followed.length === 0);
  });

  it('tells why a subscription is refused', async () => {
    const { heard, say, until, socket } = await connect();
    const wrong = JSON.stringify({ query: 'subscription { untold }' });
    say({ type: 'subscribe', id: 7, headers: signed(wrong), body: wrong });
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([
      { type: 'refused', id: 7, result: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
    ]);
    socket.terminate();
  });

  it('is closed when a message is none', async () => {
    const { socket, closed } = await connect();
    socket.send('nonsense');
    expect(await closed).toBe(1002);
  });

  it('goes when the subgraph stops, with no word that a stream were complete', async () => {
    const ending = await start();
    const { heard, say, until, closed } = await connect(ending);
    say({ type: 'subscribe', id: 1, headers: signed(body), body });
    await until(() => heard.length === 2);
    say({ type: 'more', id: 1 });
    await ending.stop();
    expect(await closed).toBe(1001);
    expect(heard.map(({ type }) => type)).not.toContain('complete');
  });
});
