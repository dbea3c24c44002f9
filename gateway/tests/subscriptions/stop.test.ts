import { expect, it } from '@jest/globals';
import { connectClient, follow } from './clients.ts';
import { startLiveWorld } from './live-world.ts';

const world = await startLiveWorld();

it('a gateway that stops sends its clients elsewhere', async () => {
  const id = world.addDeck('us_1');
  const closed = Promise.withResolvers<{ code: number }>();
  const client = connectClient(world.url, await world.issuer.bearer(), closed.resolve);
  const answers = follow(client, 'subscription ($id: ID!) { deckChanged(id: $id) { title } }', { id });
  await answers.next();
  answers.next().catch(() => undefined);

  const startedAt = performance.now();
  await world.stopFirstGateway();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect((await closed.promise).code).toBe(1001);
});
