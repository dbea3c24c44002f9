import { describe, expect, it } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startLiveWorld } from './live-world.ts';

const world = await startLiveWorld({ anonymous: false, perViewer: 2, initTimeoutMs: 500 });
const wsUrl = (url: string) => url.replace('http:', 'ws:');
const deckChanged =
  'subscription ($id: ID!) { changed: deckChanged(id: $id) { title viewerId owner { name } } }';

const connect = (
  authorization: string | null,
  options: { url?: string; onClosed?: (event: unknown) => void } = {},
) =>
  createClient({
    url: wsUrl(options.url ?? world.url),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(authorization === null ? {} : { connectionParams: { authorization } }),
    ...(options.onClosed ? { on: { closed: options.onClosed } } : {}),
  });

const bearer = async (claims: Record<string, unknown> = {}) => `Bearer ${await world.issuer.token(claims)}`;

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
const events = (client: Client, query: string, variables = {}) => client.iterate<any>({ query, variables });

/** A raw socket of the protocol: what it was sent, and how it was closed. */
async function open(protocols: string[] = ['graphql-transport-ws']) {
  const socket = new WebSocket(wsUrl(world.url), protocols);
  const received: { type: string; payload?: unknown }[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.on('open', resolve));
  const until = async (type: string) => {
    while (!received.some((message) => message.type === type))
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return {
    socket,
    received,
    closed,
    until,
    send: (message: unknown) => socket.send(JSON.stringify(message)),
  };
}

describe('a subscription over graphql-ws', () => {
  it('begins with the current state and joins other subgraphs to every event', async () => {
    const id = world.addDeck('us_1');
    const client = connect(await bearer());
    const answers = events(client, deckChanged, { id });

    expect((await answers.next()).value.data.changed).toMatchObject({
      title: 'first',
      viewerId: 'us_1',
      owner: { name: expect.stringContaining(`Name of pe_${id}`) },
    });
    world.rename(id, 'second');
    const { value } = await answers.next();
    expect(value).toEqual({
      data: {
        changed: {
          title: 'second',
          viewerId: 'us_1',
          owner: { name: expect.stringContaining(`Name of pe_${id}`) },
        },
      },
    });
    await answers.return?.();
    await client.dispose();
  });

  it('reaches subscribers at every gateway', async () => {
    const id = world.addDeck('us_1');
    const clients = [connect(await bearer()), connect(await bearer(), { url: world.otherUrl })];
    const all = clients.map((client) => events(client, deckChanged, { id }));
    await Promise.all(all.map((answers) => answers.next()));

    world.rename(id, 'everywhere');

    for (const answers of all) expect((await answers.next()).value.data.changed.title).toBe('everywhere');
    await Promise.all(clients.map((client) => client.dispose()));
  });

  it('goes on after its subgraph was restarted', async () => {
    const id = world.addDeck('us_1');
    const client = connect(await bearer());
    const answers = events(client, 'subscription ($id: ID!) { deckChanged(id: $id) { title } }', { id });
    await answers.next();

    await world.restartDecks();
    world.rename(id, 'after the restart');

    let title = '';
    while (title !== 'after the restart') ({ title } = (await answers.next()).value.data.deckChanged);
    expect(title).toBe('after the restart');
    await client.dispose();
  });

  it('answers queries too', async () => {
    const client = connect(await bearer());
    const { value } = await events(client, '{ decks }').next();
    expect(value.data.decks).toBeGreaterThan(0);
    await client.dispose();
  });
});

describe('a subscription that may not be', () => {
  it.each([
    ['of what is not the viewer’s', deckChanged, 'NOT_FOUND'],
    ['of what the schema does not have', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is refused at the start: %s', async (_what, query, code) => {
    const client = connect(await bearer());
    const variables = { id: world.addDeck('us_someone_else') };
    await expect(events(client, query, variables).next()).rejects.toMatchObject([{ extensions: { code } }]);
    await client.dispose();
  });

  it('carries text that no database can hold', async () => {
    const client = connect(await bearer());
    await expect(events(client, deckChanged, { id: 'a\u0000b' }).next()).rejects.toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    await client.dispose();
  });

  it('is one more than the viewer may have open', async () => {
    const sub = 'us_greedy';
    const id = world.addDeck(sub);
    const client = connect(await bearer({ sub }));
    const held = [events(client, deckChanged, { id }), events(client, deckChanged, { id })];
    for (const answers of held) await answers.next();

    await expect(events(client, deckChanged, { id }).next()).rejects.toMatchObject([
      { extensions: { code: 'RATE_LIMITED' } },
    ]);
    await held[0]?.return?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await events(client, deckChanged, { id }).next()).value.data.changed.title).toBe('first');
    await client.dispose();
  });
});

describe('a session that ends', () => {
  it.each([
    ['is told', true, 1_000],
    ['is found out', false, 5_000],
  ])('closes its connection: it %s', async (_how, tell, withinMs) => {
    const sid = `se_${tell}`;
    const id = world.addDeck('us_1');
    const closed = new Promise<{ code: number }>((resolve) => {
      void bearer({ sid }).then(async (authorization) => {
        const client = connect(authorization, { onClosed: (event) => resolve(event as { code: number }) });
        const answers = events(client, deckChanged, { id });
        await answers.next();
        answers.next().catch(() => undefined);
        await world.endSession(sid, tell);
      });
    });
    const startedAt = performance.now();
    expect((await closed).code).toBe(4403);
    expect(performance.now() - startedAt).toBeLessThan(withinMs);
  });

  it('closes its connection when the token expires', async () => {
    const authorization = await bearer({ exp: Math.floor(Date.now() / 1000) + 2 });
    const { send, closed } = await open();
    send({ type: 'connection_init', payload: { authorization } });
    const startedAt = performance.now();
    expect(await closed).toBe(4403);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('the protocol’s close codes', () => {
  it('4400: a message that is none', async () => {
    const { socket, closed } = await open();
    socket.send('nonsense');
    expect(await closed).toBe(4400);
  });

  it('4401: subscribed before the connection was acknowledged', async () => {
    const { send, closed } = await open();
    send({ id: '1', type: 'subscribe', payload: { query: '{ decks }' } });
    expect(await closed).toBe(4401);
  });

  it.each([
    ['no token', {}],
    ['a bad token', { authorization: 'Bearer a.b.c' }],
    ['no bearer token', { authorization: 'Basic YTpi' }],
  ])('4403: %s', async (_what, payload) => {
    const { send, closed } = await open();
    send({ type: 'connection_init', payload });
    expect(await closed).toBe(4403);
  });

  it('4406: no protocol of ours', async () => {
    const { closed } = await open([]);
    expect(await closed).toBe(4406);
  });

  it('4408: no connection_init in time', async () => {
    const { closed } = await open();
    expect(await closed).toBe(4408);
  });

  it('4409: two operations of one id', async () => {
    const { send, closed, until } = await open();
    const subscribe = {
      id: '1',
      type: 'subscribe',
      payload: { query: deckChanged, variables: { id: world.addDeck('us_1') } },
    };
    send({ type: 'connection_init', payload: { authorization: await bearer() } });
    await until('connection_ack');
    send(subscribe);
    send(subscribe);
    expect(await closed).toBe(4409);
  });

  it('4429: initialised twice', async () => {
    const { send, closed } = await open();
    const payload = { authorization: await bearer() };
    send({ type: 'connection_init', payload });
    send({ type: 'connection_init', payload });
    expect(await closed).toBe(4429);
  });
});

describe('a page', () => {
  const statusFor = (origin: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(wsUrl(world.url), 'graphql-transport-ws', { headers: { origin } });
      socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
      socket.on('open', () => {
        socket.close();
        resolve(101);
      });
    });

  it('may connect from the gateway’s own origin only', async () => {
    expect(await statusFor(new URL(world.url).origin)).toBe(101);
    expect(await statusFor('https://evil.example')).toBe(403);
    expect(await statusFor('null')).toBe(403);
    expect(await statusFor(`${new URL(world.url).origin}.evil.example`)).toBe(403);
  });
});
