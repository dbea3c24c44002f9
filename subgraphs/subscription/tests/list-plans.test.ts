import { expect, it } from '@jest/globals';
import { explainReads } from '@studymate/testkit';
import { someBilling } from './some-billing.ts';

const billing = await someBilling();

const lists = `query ($user: [_Any!]!) {
  _entities(representations: $user) {
    ... on User {
      invoices(first: 10) { edges { node { id } } }
      credits { ledger(first: 10) { edges { node { id } } } }
    }
  }
}`;

it('serves each list of subscription by an index', async () => {
  const viewer = await billing.someLearner();
  const { tables, whole } = await explainReads(billing.url, async () => {
    const { errors } = await billing.ask(viewer, lists, { user: [{ __typename: 'User', id: viewer.id }] });
    expect(errors).toEqual([]);
  });
  expect(tables).toEqual(expect.arrayContaining(['Invoice', 'LedgerEntry']));
  expect(whole).toEqual([]);
});
