import { describe, expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { admitDocument, createMeasure } from './operation-limits.ts';

function measure(source: string) {
  const document = parse(source);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation.');
  return createMeasure(document)(operation.selectionSet);
}

describe('operation limits', () => {
  it.each([
    ['{ a }', { depth: 1, fields: 1, aliases: 0, directives: 0 }],
    ['{ x: a { b @include(if: true) c } }', { depth: 2, fields: 3, aliases: 1, directives: 1 }],
    ['{ ...f ...f } fragment f on Q { x: a { b } }', { depth: 2, fields: 4, aliases: 2, directives: 0 }],
    ['{ ... @skip(if: true) { a } }', { depth: 1, fields: 1, aliases: 0, directives: 1 }],
    ['{ ...f } fragment f on Q { a { ...f } }', { depth: 1, fields: 1, aliases: 0, directives: 0 }],
  ])('measures %s', (source, size) => {
    expect(measure(source)).toEqual(size);
  });

  it('leaves what does not parse to others', () => {
    expect(() => admitDocument('{ a', { depth: 1 })).not.toThrow();
  });

  it('counts tokens while parsing', () => {
    expect(() => admitDocument('{ a b c }', { tokens: 4 })).toThrow(/4 tokens/);
    expect(() => admitDocument('{ a b c }', { tokens: 5 })).not.toThrow();
  });

  it.each([
    ['{ a { b } }', { depth: 1 }, /levels/],
    ['{ x: a y: a }', { aliases: 1 }, /aliases/],
    ['{ a b }', { rootFields: 1 }, /root fields/],
    ['{ ...f } fragment f on Q { a b }', { rootFields: 1 }, /root fields/],
    ['{ a { b } }', { fields: 1 }, /fields/],
  ])('refuses %s beyond %j', (source, limits, message) => {
    expect(() => admitDocument(source, limits)).toThrow(message);
    expect(() => admitDocument(source, {})).not.toThrow();
  });
});
