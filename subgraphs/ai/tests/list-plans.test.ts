import { expect, it } from '@jest/globals';
import { explainReads } from '@studymate/testkit';
import { createWorld, someLearner, startGeneration } from './world.ts';

const world = await createWorld();

const lists = `query ($user: [_Any!]!, $material: [_Any!]!) {
  learner: _entities(representations: $user) {
    ... on User {
      generations(first: 10) { edges { node { id } } }
      summaries: generations(first: 10, kind: SUMMARY) { edges { node { id } } }
    }
  }
  materials: _entities(representations: $material) {
    ... on Material { generations(first: 10) { edges { node { id } } } }
  }
}`;

it('serves each list of ai by an index', async () => {
  const { learner, materialId } = await someLearner(world);
  await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
  const { tables, whole } = await explainReads(world.url, async () => {
    const { errors } = await world.ask(learner, lists, {
      user: [{ __typename: 'User', id: learner.id }],
      material: [{ __typename: 'Material', id: materialId }],
    });
    expect(errors).toEqual([]);
  });
  expect(tables).toEqual(expect.arrayContaining(['Generation']));
  expect(whole).toEqual([]);
});
