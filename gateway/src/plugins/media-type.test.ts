import { describe, expect, it } from '@jest/globals';
import { resultTypeFor } from './media-type.ts';

const json = 'application/json; charset=utf-8';
const graphql = 'application/graphql-response+json; charset=utf-8';

describe('media type', () => {
  it.each([
    [undefined, json],
    ['*/*', json],
    ['application/*', json],
    ['application/json', json],
    ['application/graphql-response+json', graphql],
    ['application/graphql-response+json, application/json;q=0.9', graphql],
    ['application/json, application/graphql-response+json', json],
    ['application/graphql-response+json;q=0.1, application/json', json],
    ['text/html', null],
    ['application/json;q=0', null],
    ['text/html, */*;q=0.1', json],
  ])('for %s is %s', (accept, type) => {
    expect(resultTypeFor(accept)).toBe(type);
    expect(resultTypeFor(accept)).toBe(type);
  });
});
