import { describe, expect, it } from '@jest/globals';
import { type DocumentNode, Kind, parse } from 'graphql';
import { createOperationMeasure } from './operation-size.ts';

function measureDocument(document: DocumentNode) {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation.');
  return createOperationMeasure(document)(operation);
}

const measure = (source: string) => measureDocument(parse(source));

/** A document that means twice as much with each level. */
const doubling = (levels: number): string =>
  Array.from(
    { length: levels },
    (_, level) => `fragment f${level} on Q { a: x { ...f${level + 1} } b: x { ...f${level + 1} } }`,
  )
    .concat(`fragment f${levels} on Q { y }`, '{ ...f0 }')
    .join(' ');

describe('the size of an operation', () => {
  it.each([
    ['{ a }', { depth: 1, fields: 1, aliases: 0, directives: 0, fragments: 0 }],
    ['{ x: a { b @include(if: true) c } }', { depth: 2, fields: 3, aliases: 1, directives: 1, fragments: 0 }],
    [
      '{ ...f ...f } fragment f on Q { x: a { b } }',
      { depth: 2, fields: 4, aliases: 2, directives: 0, fragments: 2 },
    ],
    ['{ ... @skip(if: true) { a } }', { depth: 1, fields: 1, aliases: 0, directives: 1, fragments: 1 }],
    [
      '{ ...f } fragment f on Q { a { ...f } }',
      { depth: 1, fields: 1, aliases: 0, directives: 0, fragments: 2 },
    ],
    [
      '{ ...f ...f } fragment f on Q { ...g ...g } fragment g on Q { a }',
      { depth: 1, fields: 4, aliases: 0, directives: 0, fragments: 6 },
    ],
  ])('%s', (source, size) => {
    expect(measure(source)).toMatchObject(size);
  });

  it.each([
    ['{ a { b } }', 2],
    ['{ a { b } a { b c } }', 3],
    ['{ x: a { b } y: a { b } }', 4],
    ['{ ...f ... { a { b } } } fragment f on Q { a { b } }', 2],
    ['{ ...f } fragment f on Q { a { ...f } }', 20],
  ])('%s has the height %i', (source, height) => {
    expect(Math.min(measure(source).height(19), 20)).toBe(height);
  });

  it('counts uses at the root by name, whatever they are called', () => {
    const { rootUses, rootFields } = measure(
      'mutation { a: login b: login ...f ... { login } } fragment f on M { login other }',
    );
    expect(Object.fromEntries(rootUses)).toEqual({ login: 4, other: 1 });
    expect(rootFields).toBe(5);
  });

  it('counts a document that doubles itself without spreading it out', () => {
    const size = measure(doubling(60));
    expect(size.fields).toBeGreaterThan(2 ** 60);
    expect(size.height(1_000)).toBeGreaterThan(1_000);
    const spreads = Array.from(
      { length: 27 },
      (_, level) => `fragment f${level} on Q { ...f${level + 1} ...f${level + 1} }`,
    );
    const same = measure(`{ ...f0 } ${spreads.join(' ')} fragment f27 on Q { y }`);
    expect(same.fields).toBe(2 ** 27);
    expect(same.height(1_000)).toBe(1);
  });
});
