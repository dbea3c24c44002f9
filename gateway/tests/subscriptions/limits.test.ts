import { describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { askForSocket, connectClient, follow, openSocket } from './clients.ts';
import { startLiveWorld } from './live-world.ts';

const query = 'subscription ($id: ID!) { deckChanged(id: $id) { title } }';
const maxConnections = 6;
const world = await startLiveWorld({
  maxConnections,
  connectionsPerViewer: 2,
  maxSubscriptions: 3,
  perViewer: 2,
  maxBuffered: 200_000,
});
const lively = await startLiveWorld({ keepAliveMs: 500 });
/** Does not cut off who says nothing for a while. */
const patient = await startLiveWorld({});

const bearerOf = (sub: string) => world.issuer.bearer({ sub, sid: `se_${sub}` });

/** Everything that was opened has to be gone for the next test. */
const untilClosed = async () => {
  const count = async () => Number(/gateway_websockets (\d+)/.exec(await world.metrics())?.[1]);
  while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('connections', () => {
  it('of one viewer are bounded: 4429, which a graphql-ws client does not try again', async () => {
    const params = await bearerOf('us_many');
    const open = [connectClient(world.url, params), connectClient(world.url, params)];
    for (const client of open) await follow(client, '{ decks }').next();
    const held = open.map((client) => follow(client, query, { id: world.addDeck('us_many') }));
    await Promise.all(held.map((events) => events.next()));

    const third = connectClient(world.url, params);
    await expect(follow(third, '{ decks }').next()).rejects.toMatchObject({ code: 4429 });
    const another = connectClient(world.url, await bearerOf('us_few'));
    expect((await follow(another, '{ decks }').next()).value.data.decks).toEqual(expect.any(Number));
    await Promise.all([...open, third, another].map((client) => client.dispose()));
    await untilClosed();
  });

  it('of everybody are bounded: 503 with Retry-After', async () => {
    const asked = await Promise.all(
      Array.from({ length: maxConnections + 2 }, () => askForSocket(world.url)),
    );
    const refused = asked.filter(({ status }) => status === 503);
    expect(asked.filter(({ status }) => status === 101)).toHaveLength(maxConnections);
    expect(refused.map(({ retryAfter }) => retryAfter)).toEqual(['5', '5']);
    for (const { leave } of asked) leave();
    await untilClosed();
  });

  it('are cut off when nobody answers their signs of life', async () => {
    const silent = await openSocket(lively.url, { autoPong: false });
    const answering = await openSocket(lively.url);
    for (const { send } of [silent, answering])
      send({ type: 'connection_init', payload: await lively.issuer.bearer() });
    expect(await silent.closed).toBe(1006);
    expect(answering.socket.readyState).toBe(answering.socket.OPEN);
    answering.socket.terminate();
    await answering.closed;
  });
});

describe('subscriptions', () => {
  it('of everybody are bounded, over every protocol, and say when to come back', async () => {
    const clients = await Promise.all(
      ['us_1st', 'us_2nd', 'us_3rd'].map(async (sub) => connectClient(world.url, await bearerOf(sub))),
    );
    const held = clients.map((client, index) =>
      follow(client, query, { id: world.addDeck(['us_1st', 'us_2nd', 'us_3rd'][index] ?? '') }),
    );
    await Promise.all(held.map((events) => events.next()));

    const late = connectClient(world.url, await bearerOf('us_late'));
    const variables = { id: world.addDeck('us_late') };
    await expect(follow(late, query, variables).next()).rejects.toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 5 } },
    ]);
    const response = await fetch(world.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(await bearerOf('us_late')),
      },
      body: JSON.stringify({ query, variables }),
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);

    await held[0]?.return?.();
    await clients[0]?.dispose();
    let answered = null;
    while (answered === null)
      answered = await follow(late, query, variables)
        .next()
        .catch(() => null);
    expect(answered.value.data.deckChanged.title).toBe('first');
    await Promise.all([...clients, late].map((client) => client.dispose()));
    await untilClosed();
  });

  it('of one viewer are bounded for graphql-sse too: 429', async () => {
    const headers = await bearerOf('us_streams');
    const variables = { id: world.addDeck('us_streams') };
    const client = createClient({ url: world.url, retryAttempts: 0, headers });
    const held = [1, 2].map(() => client.iterate({ query, variables }));
    await Promise.all(held.map((events) => events.next()));
    await expect(client.iterate({ query, variables }).next()).rejects.toMatchObject({
      response: { status: 429 },
    });
    client.dispose();
  });
});

describe('a client that reads too slowly', () => {
  it('is told the latest once it reads again, not everything', async () => {
    const id = patient.addDeck('us_slow');
    const { socket, received, send, until, closed } = await openSocket(patient.url);
    send({
      type: 'connection_init',
      payload: await patient.issuer.bearer({ sub: 'us_slow', sid: 'se_slow' }),
    });
    await until(({ type }) => type === 'connection_ack');
    send({ id: '1', type: 'subscribe', payload: { query, variables: { id } } });
    await until(({ type }) => type === 'next');

    const long = 'x'.repeat(1_000_000);
    const changes = 60;
    socket.pause();
    for (let change = 1; change <= changes; change++) {
      patient.rename(id, `${change} ${long}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    socket.resume();
    await until(({ payload }) => JSON.stringify(payload ?? '').includes(`"${changes} x`));
    expect(received.length).toBeLessThan(changes);
    socket.terminate();
    await closed;
  });

  it('is cut off when the answers to what it keeps asking pile up', async () => {
    const { socket, send, until, closed } = await openSocket(world.url);
    send({ type: 'connection_init', payload: await bearerOf('us_greedy') });
    await until(({ type }) => type === 'connection_ack');
    const long = `{ ${Array.from({ length: 2_000 }, (_, index) => `a${index}: decks`).join(' ')} }`;
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    socket.pause();
    for (let asked = 0; asked < 2_000 && !isClosed; asked++) {
      send({ id: `${asked}`, type: 'subscribe', payload: { query: long } });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    socket.resume();
    expect([1013, 1006]).toContain(await closed);
  });
});
