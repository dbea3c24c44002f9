import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import fc from 'fast-check';
import { buildSchema, graphql, NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import { apiSdl, resolveField, subgraphs } from '../against-graphql-js/bookshop.ts';
import { declareUsed, someOperation } from '../against-graphql-js/some-operation.ts';
import { startWorld } from '../world.ts';

const schema = buildSchema(apiSdl);
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

const startCached = (planner: 'hive' | 'apollo', answers: boolean) =>
  startWorld({
    subgraphs: subgraphs.map((subgraph) => ({ ...subgraph, cacheControl: () => 'max-age=100, public' })),
    config: { planner, caching: { answers }, traffic: { deduplicate: true } },
    environment: { REDIS_URL: redisUrlOf(), QUEUE_PREFIX: randomUUID() },
  });
const worlds = {
  'entities, planned by hive': await startCached('hive', false),
  'entities, planned by apollo': await startCached('apollo', false),
  'whole answers': await startCached('hive', true),
};

describe.each(['entities, planned by hive', 'entities, planned by apollo', 'whole answers'] as const)(
  'with a cache of %s',
  (name) => {
    it('answers are those of graphql-js, the first time and every time after', async () => {
      const world = worlds[name];
      let compared = 0;
      let spared = 0;
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const source = declareUsed(someOperation(schema, seed));
          fc.pre(validate(schema, parse(source), rules).length === 0);
          const expected = await graphql({
            schema,
            source,
            fieldResolver: resolveField as never,
            typeResolver: ({ __typename }: { __typename: string }) => __typename,
          });
          const fetches: number[] = [];
          for (let times = 0; times < 4; times++) {
            const before = world.fetches();
            const answer = await world.ask(source);
            fetches.push(world.fetches() - before);
            expect({ source, times, data: JSON.stringify(answer.data) }).toEqual({
              source,
              times,
              data: JSON.stringify(expected.data),
            });
            expect({ source, times, fails: answer.errors !== undefined }).toEqual({
              source,
              times,
              fails: expected.errors !== undefined,
            });
          }
          compared += 1;
          if ((fetches.at(-1) ?? 0) < (fetches[0] ?? 0)) spared += 1;
        }),
        { numRuns: Number(process.env.GENERATED_OPERATIONS ?? 40), seed: 20_261_123, endOnFailure: true },
      );
      expect(compared).toBeGreaterThan(35);
      // Often enough taken from the cache to mean something.
      expect(spared).toBeGreaterThan(5);
    }, 300_000);
  },
);
