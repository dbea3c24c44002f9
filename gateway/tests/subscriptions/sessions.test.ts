import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { connectClient, follow, openStream } from './clients.ts';
import { startLiveWorld } from './live-world.ts';

const world = await startLiveWorld({ anonymous: false });
const query = 'subscription ($id: ID!) { deckChanged(id: $id) { title } }';
const endsWithinMs = 5_000;
const multipart = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json';

/** A session that no other test ends: what is ended is known to every gateway over this Redis. */
const newSession = (): string => `se_${randomUUID()}`;

/** Follows a deck as a new session; answers how it came to an end. */
const followers = {
  websocket: async (url: string, claims: Record<string, unknown>, id: string) => {
    const closed = Promise.withResolvers<number>();
    const params = await world.issuer.bearer(claims);
    const client = connectClient(url, params, ({ code }) => closed.resolve(code));
    const events = follow(client, query, { id });
    await events.next();
    events.next().catch(() => undefined);
    return { ended: closed.promise.then(String), mark: '4403' };
  },
  'event-stream': async (url: string, claims: Record<string, unknown>, id: string) => {
    const headers = { accept: 'text/event-stream', ...(await world.issuer.bearer(claims)) };
    const stream = await openStream(url, { query, variables: { id } }, headers);
    await stream.until('"title"');
    return { ended: stream.rest(), mark: '"code":"UNAUTHENTICATED"' };
  },
  multipart: async (url: string, claims: Record<string, unknown>, id: string) => {
    const headers = { accept: multipart, ...(await world.issuer.bearer(claims)) };
    const stream = await openStream(url, { query, variables: { id } }, headers);
    await stream.until('"title"');
    return { ended: stream.rest(), mark: '"code":"UNAUTHENTICATED"' };
  },
};

const ways = Object.keys(followers) as (keyof typeof followers)[];

describe.each(ways)('a subscription by %s', (way) => {
  it.each([
    ['the session is ended, and it is told', true],
    ['the session is ended, and the word is lost', false],
  ])('ends at every gateway when %s', async (_what, isTold) => {
    const sid = newSession();
    const id = world.addDeck('us_1');
    const all = await Promise.all([
      followers[way](world.url, { sid }, id),
      followers[way](world.otherUrl, { sid }, id),
    ]);
    const other = await followers[way](world.url, { sid: `${sid}_other` }, id);
    let isOtherOver = false;
    void other.ended.then(() => {
      isOtherOver = true;
    });

    const startedAt = performance.now();
    await world.endSession(sid, isTold);
    for (const { ended, mark } of all) expect(await ended).toContain(mark);
    expect(performance.now() - startedAt).toBeLessThan(endsWithinMs);
    expect(isOtherOver).toBe(false);
    await world.endSession(`${sid}_other`);
    await other.ended;
  });

  it('ends when its token expires', async () => {
    const sid = newSession();
    const exp = Math.floor(Date.now() / 1000) + 3;
    const { ended, mark } = await followers[way](world.url, { sid, exp }, world.addDeck('us_1'));

    expect(await ended).toContain(mark);
    expect(Date.now() - exp * 1000).toBeLessThan(endsWithinMs);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  });
});
