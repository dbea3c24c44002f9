import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import type { RequiredSelection } from './plan.ts';
import { compileRepresentationText } from './representations.ts';
import { createTypeIndex } from './type-index.ts';

const types = createTypeIndex(
  buildSchema('type Query { a: Int } type Product { upc: ID } type User { id: ID }'),
);

const field = (
  from: string,
  to = from,
  selections: RequiredSelection[] | null = null,
): RequiredSelection => ({
  kind: 'field',
  from,
  to,
  selections,
});
const onProduct = (...selections: RequiredSelection[]): RequiredSelection => ({
  kind: 'fragment',
  typeCondition: 'Product',
  selections,
});
const textOf = (requires: RequiredSelection[]) =>
  compileRepresentationText({ requires, inputRewrites: [] }, types);

const leaf = fc.jsonValue({ maxDepth: 1 });

describe('the text of a representation', () => {
  const keys = [field('__typename'), field('upc'), field('_upc', 'other')];

  it.each([
    ['bare fields', keys],
    ['a fragment', [onProduct(...keys)]],
    ['fields again, so that it is made of objects', [...keys, field('upc')]],
  ])('is the JSON of the leaves that were gathered, by %s', (_what, requires) => {
    const write = textOf(requires);
    fc.assert(
      fc.property(leaf, leaf, (upc, other) => {
        const written = write({ more: 1, _upc: other, upc, __typename: 'Product' });
        expect(written).toBe(JSON.stringify({ __typename: 'Product', upc, other }));
      }),
    );
  });

  it.each([
    ['a key was not gathered', { __typename: 'Product', upc: '1' }],
    [
      'a key is only inherited',
      Object.assign(Object.create({ _upc: 1 }), { __typename: 'Product', upc: '1' }),
    ],
    ['it is of another type', { __typename: 'User', upc: '1', _upc: 1 }],
    ['its type is not known', { upc: '1', _upc: 1 }],
  ])('is not written when %s', (_what, entity) => {
    expect(textOf([onProduct(...keys)])(entity)).toBeNull();
    expect(textOf([onProduct(...keys, field('upc'))])(entity)).toBeNull();
  });

  it('holds of objects only what is required', () => {
    const write = textOf([field('__typename'), field('price', 'price', [field('amount')])]);
    expect(write({ __typename: 'Product', price: { amount: 1, currency: 'EUR' } })).toBe(
      '{"__typename":"Product","price":{"amount":1}}',
    );
  });
});
