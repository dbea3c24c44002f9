import { expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { createKnownDocuments } from './known-documents.ts';

const document = parse('{ a }');

it('remembers five hundred, and rather those that are asked for', () => {
  const known = createKnownDocuments();
  for (let number = 0; number < 500; number++) known.remember(`${number}`, document);
  known.find('0');
  known.remember('new', document);
  expect(known.find('0')).toBe(document);
  expect(known.find('new')).toBe(document);
  expect(known.find('1')).toBeNull();
  expect(known.find('2')).toBe(document);
});

it('does not remember what is very long', () => {
  const known = createKnownDocuments();
  known.remember('#'.repeat(20_001), document);
  expect(known.find('#'.repeat(20_001))).toBeNull();
});
