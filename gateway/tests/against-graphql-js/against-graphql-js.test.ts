import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, graphql, NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import { startWorld } from '../world.ts';
import { apiSdl, resolveField, subgraphs } from './bookshop.ts';
import { declareUsed, someOperation } from './some-operation.ts';

const schema = buildSchema(apiSdl);
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);
const worlds = {
  hive: await startWorld({ subgraphs, config: { planner: 'hive' } }),
  apollo: await startWorld({ subgraphs, config: { planner: 'apollo' } }),
};

describe.each(['hive', 'apollo'] as const)('answers over three subgraphs, planned by %s', (planner) => {
  it('are those of graphql-js over one schema', async () => {
    let compared = 0;
    let failed = 0;
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
        const answer = await worlds[planner].ask(source);
        compared += 1;
        if (expected.errors) failed += 1;
        expect({ source, data: JSON.stringify(answer.data) }).toEqual({
          source,
          data: JSON.stringify(expected.data),
        });
        expect({ source, fails: answer.errors !== undefined }).toEqual({
          source,
          fails: expected.errors !== undefined,
        });
      }),
      { numRuns: Number(process.env.GENERATED_OPERATIONS ?? 100), seed: 20_240_607, endOnFailure: true },
    );
    // Often enough to mean something, with failures among them.
    expect(compared).toBeGreaterThan(90);
    expect(failed).toBeGreaterThan(20);
  }, 300_000);
});
