import { expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startLiveWorld } from './live-world.ts';

const rate = { requests: 3, seconds: 60 };
const world = await startLiveWorld({}, { rates: { viewer: rate, address: rate } });

it('holds operations over one connection to the rate of requests', async () => {
  const authorization = `Bearer ${await world.issuer.token({ sub: 'us_hasty', sid: 'se_hasty' })}`;
  const client = createClient({
    url: world.url.replace('http:', 'ws:'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    connectionParams: { authorization },
  });
  const ask = () => client.iterate({ query: '{ decks }' }).next();
  for (let count = 0; count < rate.requests; count++)
    expect((await ask()).value).toEqual({ data: { decks: 0 } });
  await expect(ask()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  await client.dispose();
});
