import { describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { startLiveWorld } from './live-world.ts';

const world = await startLiveWorld({ keepAliveMs: 200, upstream: 'event-stream' });
const deckChanged = 'subscription ($id: ID!) { deckChanged(id: $id) { title owner { name } } }';

const connect = async (claims: Record<string, unknown> = {}) =>
  createClient({ url: world.url, retryAttempts: 0, headers: await world.issuer.bearer(claims) });

const post = async (accept: string, body: object, headers: Record<string, string> = {}) =>
  fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...(await world.issuer.bearer()), ...headers },
    body: JSON.stringify(body),
  });

describe('a subscription over server-sent events', () => {
  it('joins other subgraphs to every event', async () => {
    const id = world.addDeck('us_1');
    const client = await connect();
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
    const answers = client.iterate<any>({ query: deckChanged, variables: { id } });

    expect((await answers.next()).value.data.deckChanged.title).toBe('first');
    world.rename(id, 'second');
    expect((await answers.next()).value.data.deckChanged).toEqual({
      title: 'second',
      owner: { name: expect.stringContaining(`Name of pe_${id}`) },
    });
    client.dispose();
  });

  it('tells why there is none, and ends', async () => {
    const variables = { id: world.addDeck('us_someone_else') };
    const response = await post('text/event-stream', { query: deckChanged, variables });
    const text = await response.text();

    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(text).toContain('"code":"NOT_FOUND"');
    expect(text.trimEnd().endsWith('event: complete\ndata:')).toBe(true);
  });

  it('is refused to nobody in particular', async () => {
    const variables = { id: world.addDeck('us_1') };
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: deckChanged, variables }),
    });
    expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
  });

  it('can be asked for by GET', async () => {
    const id = world.addDeck('us_1');
    const search = new URLSearchParams({ query: deckChanged, variables: JSON.stringify({ id }) });
    const response = await fetch(`${world.url}?${search}`, {
      headers: { accept: 'text/event-stream', ...(await world.issuer.bearer()) },
    });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"title":"first"');
    await reader?.cancel();
  });

  it('ends within 5 s when the session does', async () => {
    const sid = 'se_stream';
    const variables = { id: world.addDeck('us_1') };
    const headers = await world.issuer.bearer({ sid });
    const response = await post('text/event-stream', { query: deckChanged, variables }, headers);
    const startedAt = performance.now();
    await world.endSession(sid);

    expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('is refused to pages of other origins', async () => {
    const variables = { id: world.addDeck('us_1') };
    const body = { query: deckChanged, variables };
    expect((await post('text/event-stream', body, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('refuses a token that is no good', async () => {
    const headers = { authorization: 'Bearer a.b.c' };
    expect((await post('text/event-stream', { query: '{ decks }' }, headers)).status).toBe(401);
  });
});

it('speaks Apollo Client’s multipart protocol', async () => {
  const accept = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json';
  const id = world.addDeck('us_1');
  const response = await post(accept, { query: deckChanged, variables: { id } });
  const reader = response.body?.getReader();
  let text = '';
  while (!text.includes('second')) {
    text += new TextDecoder().decode((await reader?.read())?.value);
    if (text.includes('first')) world.rename(id, 'second');
  }
  await reader?.cancel();

  expect(response.headers.get('content-type')).toBe(
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  );
  expect(text).toContain('\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":{"data":');
});
