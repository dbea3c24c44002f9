import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { systemClock } from '@studymate/runtime';
import { asker, someViewer } from '@studymate/testkit';
import { schema } from '../schema.ts';

const ask = asker(schema, (viewer) => ({
  viewer,
  now: systemClock,
  requestId: 'test',
  ipAddress: null,
  userAgent: null,
}));

describe('node', () => {
  it('points each id to its type', async () => {
    const ids = [newId('Subject'), newId('Quiz'), 'nonsense', 'usr_1'];

    const { data } = await ask(someViewer(), 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids,
    });

    expect(data.nodes).toEqual([
      { __typename: 'Subject', id: ids[0] },
      { __typename: 'Quiz', id: ids[1] },
      null,
      null,
    ]);
  });

  it('answers at most a hundred ids', async () => {
    const ids = Array.from({ length: 101 }, () => newId('Card'));

    const { errors } = await ask(someViewer(), 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });

    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
