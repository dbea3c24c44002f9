import { describe, expect, it } from '@jest/globals';
import { admitDocument } from './operation-limits.ts';

describe('operation limits', () => {
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
    ['{ ... { a } ... { a } }', { fragments: 1 }, /fragments/],
    ['{ a { b } c }', { height: 2 }, /fields in its answer/],
    ['{ x: a y: a }', { rootFieldUses: { 'Query.a': 1 } }, /uses of a/],
    ['mutation { ...f b: a } fragment f on M { a }', { rootFieldUses: { 'Mutation.a': 1 } }, /uses of a/],
  ])('refuses %s beyond %j', (source, limits, message) => {
    expect(() => admitDocument(source, limits)).toThrow(message);
    expect(() => admitDocument(source, {})).not.toThrow();
  });

  it('takes one use of a field for none of another', () => {
    const limits = { rootFieldUses: { 'Mutation.a': 1 } };
    expect(() => admitDocument('{ x: a y: a }', limits)).not.toThrow();
    expect(() => admitDocument('mutation { x: a y: b { a } }', limits)).not.toThrow();
  });

  it('refuses nesting that leaves no stack', () => {
    const deep = '{ a '.repeat(4_000) + '}'.repeat(4_000);
    expect(() => admitDocument(deep, { depth: 10 })).toThrow(/levels|deeply/);
  });
});
