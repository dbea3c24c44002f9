import { describe, expect, it } from '@jest/globals';
import { connectClient, follow } from './clients.ts';
import { startLiveWorld } from './live-world.ts';

const deckChanged = 'subscription ($id: ID!) { deckChanged(id: $id) { title owner { name } } }';
const titleChanged = 'subscription ($id: ID!) { deckChanged(id: $id) { title } }';

const multiplexed = await startLiveWorld();
const eachAlone = await startLiveWorld({ upstream: 'event-stream' });
const impatient = await startLiveWorld({ patienceMs: 1 });
const many = await startLiveWorld();
const sharing = await startLiveWorld({ shared: { deckChanged: 'viewer', deckCount: 'everyone' } });

describe.each([
  ['over one connection', multiplexed],
  ['each over its own', eachAlone],
])('events that come %s', (_how, world) => {
  const connect = async (viewer: string, url = world.url) =>
    connectClient(url, await world.issuer.bearer({ sub: viewer, sid: `se_${viewer}` }));

  it('reach subscribers of every gateway though their subgraph was away', async () => {
    const id = world.addDeck('us_1');
    const clients = [await connect('us_1'), await connect('us_1', world.otherUrl)];
    const all = clients.map((client) => follow(client, titleChanged, { id }));
    for (const events of all) expect((await events.next()).value.data.deckChanged.title).toBe('first');

    await world.stopSubgraph('decks');
    world.rename(id, 'while nobody listened');
    await world.startAgain('decks');
    for (const events of all)
      expect((await events.next()).value.data.deckChanged.title).toBe('while nobody listened');

    world.rename(id, 'and after');
    for (const events of all) expect((await events.next()).value.data.deckChanged.title).toBe('and after');
    await Promise.all(clients.map((client) => client.dispose()));
  });

  it('are joined as far as the other subgraphs are there', async () => {
    const id = world.addDeck('us_2');
    const client = await connect('us_2');
    const events = follow(client, deckChanged, { id });
    expect((await events.next()).value.data.deckChanged.owner.name).toContain(id);

    await world.stopSubgraph('people');
    world.rename(id, 'on its own');
    const { value } = await events.next();
    expect(value.data).toEqual({ deckChanged: { title: 'on its own', owner: { name: null } } });
    expect(value.errors).toMatchObject([
      { path: ['deckChanged', 'owner', 'name'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);

    await world.startAgain('people');
    let name: string | null = null;
    for (let attempt = 0; name === null && attempt < 100; attempt++) {
      world.rename(id, `attempt ${attempt}`);
      name = (await events.next()).value.data.deckChanged.owner.name;
    }
    expect(name).toContain(id);
    await client.dispose();
  });

  it('cannot be followed while their subgraph is away', async () => {
    const id = world.addDeck('us_3');
    const client = await connect('us_3');
    await world.stopSubgraph('decks');
    await expect(follow(client, titleChanged, { id }).next()).rejects.toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
    await world.startAgain('decks');
    await client.dispose();
  });
});

it('a subgraph that stays away is told as the last answer', async () => {
  const id = impatient.addDeck('us_1');
  const client = connectClient(impatient.url, await impatient.issuer.bearer());
  const events = follow(client, titleChanged, { id });
  await events.next();
  await impatient.stopSubgraph('decks');

  expect((await events.next()).value).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
  expect((await events.next()).done).toBe(true);
  await impatient.startAgain('decks');
  await client.dispose();
});

describe('many subscriptions', () => {
  it('take one connection to their subgraph', async () => {
    const countConnections = async () =>
      Number(/gateway_stream_connections\{subgraph="decks"\} (\d+)/.exec(await many.metrics())?.[1] ?? 0);
    const before = await countConnections();
    const followed = Array.from({ length: 20 }, async (_, index) => {
      const viewer = `us_many_${index}`;
      const client = connectClient(many.url, await many.issuer.bearer({ sub: viewer, sid: `se_${viewer}` }));
      const events = follow(client, titleChanged, { id: many.addDeck(viewer) });
      return { client, first: (await events.next()).value };
    });
    const all = await Promise.all(followed);

    expect(all.map(({ first }) => first.data.deckChanged.title)).toEqual(Array(20).fill('first'));
    expect(await countConnections()).toBe(before + 1);
    await Promise.all(all.map(({ client }) => client.dispose()));
  });
});

describe('a field that may be shared', () => {
  it('has one stream for whoever asks the same, who begins with the latest event', async () => {
    const id = sharing.addDeck('us_shared');
    const authorization = await sharing.issuer.bearer({ sub: 'us_shared', sid: 'se_shared' });
    const clients = [1, 2].map(() => connectClient(sharing.url, authorization));
    const before = sharing.started();
    const [first, second] = clients.map((client) => () => follow(client, deckChanged, { id }));
    const one = first?.();
    await one?.next();
    sharing.rename(id, 'second');
    expect((await one?.next())?.value.data.deckChanged.title).toBe('second');

    const other = second?.();
    expect((await other?.next())?.value.data.deckChanged.title).toBe('second');
    expect(sharing.started() - before).toBe(1);

    await clients[0]?.dispose();
    sharing.rename(id, 'third');
    expect((await other?.next())?.value.data.deckChanged.title).toBe('third');
    await clients[1]?.dispose();
  });

  it('is shared with nobody else who asks for what is theirs', async () => {
    const id = sharing.addDeck('us_owner');
    const ask = async (claims: object) => {
      const client = connectClient(
        sharing.url,
        await sharing.issuer.bearer(claims as Record<string, unknown>),
      );
      const answer = await follow(client, deckChanged, { id })
        .next()
        .catch((error: unknown) => error);
      return { client, answer };
    };
    const owner = await ask({ sub: 'us_owner', sid: 'se_owner' });
    const before = sharing.started();
    const stranger = await ask({ sub: 'us_stranger', sid: 'se_stranger' });
    const elsewhere = await ask({ sub: 'us_owner', sid: 'se_elsewhere' });

    expect(owner.answer).toMatchObject({ value: { data: { deckChanged: { title: 'first' } } } });
    expect(stranger.answer).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(elsewhere.answer).toMatchObject({ value: { data: { deckChanged: { title: 'first' } } } });
    expect(sharing.started() - before).toBe(2);
    await Promise.all([owner, stranger, elsewhere].map(({ client }) => client.dispose()));
  });

  it('has one stream for everyone when it says the same to everyone', async () => {
    const before = sharing.started();
    const clients = await Promise.all(
      ['us_a', 'us_b', 'us_c'].map(async (sub) =>
        connectClient(sharing.url, await sharing.issuer.bearer({ sub, sid: `se_${sub}` })),
      ),
    );
    const firsts = await Promise.all(
      clients.map((client) => follow(client, 'subscription { deckCount }').next()),
    );

    expect(new Set(firsts.map(({ value }) => value.data.deckCount)).size).toBe(1);
    expect(sharing.started() - before).toBe(1);
    await Promise.all(clients.map((client) => client.dispose()));
  });
});
