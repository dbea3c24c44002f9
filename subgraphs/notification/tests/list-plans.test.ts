import { expect, it } from '@jest/globals';
import { explainReads, someViewer } from '@studymate/testkit';
import { createWorld } from './world.ts';

const world = await createWorld();

const lists = `query ($user: [_Any!]!) {
  _entities(representations: $user) {
    ... on User {
      notifications(first: 10) { edges { node { id } } }
      unread: notifications(first: 10, unreadOnly: true) { edges { node { id } } }
      ofKind: notifications(first: 10, category: BILLING) { edges { node { id } } }
      unreadNotificationCount
    }
  }
}`;

it('serves each list of notification by an index', async () => {
  const viewer = someViewer();
  await world.introduce(viewer);
  const { tables, whole } = await explainReads(world.url, async () => {
    const { errors } = await world.ask(viewer, lists, { user: [{ __typename: 'User', id: viewer.id }] });
    expect(errors).toEqual([]);
  });
  expect(tables).toEqual(['Notification']);
  expect(whole).toEqual([]);
});
