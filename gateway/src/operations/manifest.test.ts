import { describe, expect, it } from '@jest/globals';
import { mergeManifests, parseManifest, printManifest } from './manifest.ts';
import { canonicalText } from './operation-text.ts';

const apollo = (operations: object[]) => ({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations,
});
const a = { id: 'sha256:1', name: 'A', type: 'query', body: 'query A { a }' };

describe('a manifest', () => {
  it('is read in the forms of graphql-codegen, of Apollo, and in its own', () => {
    const codegen = parseManifest({ 'sha256:1': 'query A { a }' });
    expect(codegen).toEqual({ version: 0, operations: [a] });
    expect(parseManifest(apollo([a]))).toEqual(codegen);
    expect(parseManifest(JSON.parse(printManifest({ ...codegen, version: 7 })))).toEqual({
      ...codegen,
      version: 7,
    });
  });

  it.each([
    ['a list', [a]],
    ['another version of the form', { ...apollo([]), version: 2 }],
    ['an id given twice', apollo([a, a])],
    ['an id given twice, with and without prefix', { 'sha256:1': '{ a }', 1: '{ b }' }],
    ['a text that does not parse', { x: 'query {' }],
    ['two operations', { x: 'query A { a } query B { b }' }],
    ['a definition of a type', { x: '{ a } type Query { a: Int }' }],
    ['fragments alone', { x: 'fragment F on Query { a }' }],
  ])('is refused with %s', (_name, content) => {
    expect(() => parseManifest(content)).toThrow();
  });

  it('grows, and never changes what an id stands for', () => {
    const known = parseManifest({ one: '{ a }' });
    const merged = mergeManifests(known, parseManifest({ one: '{ a }', two: '{ b }' }));
    expect(merged).toMatchObject({ version: 1, added: [{ id: 'two' }] });
    expect(merged.operations.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(mergeManifests(merged, known).version).toBe(1);
    expect(() => mergeManifests(merged, parseManifest({ 'sha256:one': '{ b }' }))).toThrow('another body');
  });
});

describe('canonical texts', () => {
  it('are equal for what says the same, and differ for what does not', () => {
    const text = canonicalText('query A { ...F } fragment F on Query { a(x: "1", y: 2) b }');
    expect(canonicalText('# c\nfragment F on Query {a(x:"1" y:2),b} query A{...F}')).toBe(text);
    expect(canonicalText('query A { ...F } fragment F on Query { a(x: "2", y: 2) b }')).not.toBe(text);
    expect(canonicalText('query A { ...F } fragment F on Query { b a(x: "1", y: 2) }')).not.toBe(text);
  });

  it('are not made of what does not parse or is too long', () => {
    expect(canonicalText('{ a')).toBeNull();
    expect(canonicalText('{ a a a a a a }', 5)).toBeNull();
  });
});
