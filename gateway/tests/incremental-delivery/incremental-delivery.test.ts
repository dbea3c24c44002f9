import {
  ApolloClient,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  ServerError,
} from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const world = await startWorld({
  subgraphs: [
    {
      name: 'a',
      sdl: 'type Query { fast: Int slow: Slow list: [Int] } type Slow { value: Int }',
      resolvers: { Query: { fast: () => 1, slow: () => ({ value: 2 }), list: () => [1] } },
    },
  ],
});
const deferred = '{ fast slow { ... @defer { value } } }';

describe('incremental delivery', () => {
  it.each([
    ['@defer', deferred, 'application/json'],
    ['@defer', deferred, 'multipart/mixed;deferSpec=20220824,application/json'],
    ['@defer', deferred, 'multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json'],
    ['@stream', '{ list @stream(initialCount: 1) }', 'multipart/mixed;deferSpec=20220824,application/json'],
  ])('is refused in one piece: %s in %s for %s', async (directive, query, accept) => {
    const before = world.fetches();
    const answer = await world.ask(query, { headers: { accept } });
    expect(answer.status).toBe(400);
    expect(answer.errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      [`${directive} is not supported: an answer comes in one piece.`, 'INCREMENTAL_DELIVERY_UNSUPPORTED'],
    ]);
    expect(world.fetches()).toBe(before);
  });

  it('is refused to Apollo Client in words', async () => {
    const client = new ApolloClient({
      link: new HttpLink({ uri: `${world.url}/graphql` }),
      cache: new InMemoryCache(),
      incrementalHandler: new Defer20220824Handler(),
    });
    const refused = await client.query({ query: gql(deferred) }).catch((error: unknown) => error);
    const told = ServerError.is(refused)
      ? refused.bodyText
      : CombinedGraphQLErrors.is(refused)
        ? refused.message
        : '';
    client.stop();
    expect(told).toContain('@defer is not supported');
  });
});
