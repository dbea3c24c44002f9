import { afterAll, expect, it } from '@jest/globals';
import { connectPersonalization } from '@studymate/database/personalization';
import { asker, explainReads, someViewer, testDatabase } from '@studymate/testkit';
import { createContext } from '../src/context.ts';
import { schema } from '../src/schema.ts';

const { url } = await testDatabase('personalization');
const database = connectPersonalization(url);
const ask = asker(schema, (viewer) => createContext({ database, resources: {}, viewer }));
afterAll(() => database.$disconnect());

const lists = `query ($user: [_Any!]!) {
  nextActivities { id }
  _entities(representations: $user) {
    ... on User { recommendations(first: 10) { edges { node { id } } } }
  }
}`;

it('serves each list of personalization by an index', async () => {
  const viewer = someViewer();
  const { tables, whole } = await explainReads(url, async () => {
    const { errors } = await ask(viewer, lists, { user: [{ __typename: 'User', id: viewer.id }] });
    expect(errors).toEqual([]);
  });
  expect(tables).toEqual(expect.arrayContaining(['Recommendation']));
  expect(whole).toEqual([]);
});
